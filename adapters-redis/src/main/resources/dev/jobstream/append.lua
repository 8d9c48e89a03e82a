-- Appends events to the journal of a runner job and publishes them, all of them or none.
--
--   EVAL append.lua 1 runner-jobs:{<jobId>}:events <max events> <ttl ms> <event> <data> [<event> <data> ...]
--
-- The one key is the journal, a Stream; the Pub/Sub channel has the same name. The braces keep a job in one slot of a
-- cluster.
--
--   max events  how many of the newest events the journal keeps, at least 1 (somewhat more may stay)
--   ttl ms      how long the journal is kept after this call, in milliseconds, at least 1
--   event       1 to 64 characters: lower-case words (a-z 0-9 _) with dots between them; never stream.*
--   data        one JSON object in UTF-8, from its { to its }; it is passed on byte for byte
--
-- Returns the ids given, in the order of the events. Refusals come before the first write and are error replies that
-- begin with
--   INVALID   an argument breaks the rules above, or an event follows a terminal one in the same call
--   JOBENDED  the job has had its terminal event: job.completed, job.failed or job.cancelled
--
-- Whether data is JSON all through is left to who reads it, for that is checked there in any case: what is not is
-- skipped and counted. A publisher that sends garbage is heard by nobody.
--
-- Runs on Redis 7.0 and Valkey 7.2 or later.

local TERMINAL = { ['job.completed'] = true, ['job.failed'] = true, ['job.cancelled'] = true }
local MAX_NAME = 64

local function invalid(why)
  return redis.error_reply('INVALID ' .. why)
end

local function is_event_name(name)
  if #name < 1 or #name > MAX_NAME or string.find(name, '[^a-z0-9_.]') then
    return false
  end
  return not (string.find(name, '^%.') or string.find(name, '%.$') or string.find(name, '..', 1, true))
end

local function is_count(text)
  return string.find(text, '^[1-9]%d*$') and #text <= 15
end

-- 1. Everything is checked before anything is written: a script that fails half-way is not rolled back.

if #KEYS ~= 1 or not string.find(KEYS[1], '^runner%-jobs:[^%s]+:events$') then
  return invalid('there must be one key, runner-jobs:{<jobId>}:events')
end
if #ARGV < 4 or #ARGV % 2 ~= 0 then
  return invalid('arguments must be: max events, ttl ms, then event and data, once or more')
end
if not is_count(ARGV[1]) then
  return invalid('max events must be a number, at least 1')
end
if not is_count(ARGV[2]) then
  return invalid('ttl ms must be a number, at least 1')
end
for i = 3, #ARGV, 2 do
  local event, data = ARGV[i], ARGV[i + 1]
  if not is_event_name(event) then
    return invalid('event must be 1 to 64 characters: lower-case words (a-z 0-9 _) with dots between them')
  end
  if string.sub(event, 1, 7) == 'stream.' then
    return invalid("event '" .. event .. "' is reserved")
  end
  if TERMINAL[event] and i + 1 < #ARGV then
    return invalid("event '" .. event .. "' ends the job and must be the last")
  end
  if #data < 2 or string.sub(data, 1, 1) ~= '{' or string.sub(data, -1) ~= '}' then
    return invalid('data must be a JSON object')
  end
end

local journal = KEYS[1]
local prev = '0-0' -- stands for: there is none before
local newest = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)[1]
if newest then
  prev = newest[1]
  local fields = newest[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'event' and TERMINAL[fields[i + 1]] then
      return redis.error_reply('JOBENDED the job has had its terminal event')
    end
  end
end

-- 2. Journal first, then the wire. An id given by '*' is greater than the one before even if the clock was set back.

local ids = {}
for i = 3, #ARGV, 2 do
  local event, data = ARGV[i], ARGV[i + 1]
  local id = redis.call('XADD', journal, 'MAXLEN', '~', ARGV[1], '*', 'event', event, 'data', data, 'prev', prev)
  redis.call('PUBLISH', journal,
    '{"id":"' .. id .. '","event":"' .. event .. '","data":' .. data .. ',"prev":"' .. prev .. '"}')
  ids[#ids + 1] = id
  prev = id
end
redis.call('PEXPIRE', journal, ARGV[2])
return ids
