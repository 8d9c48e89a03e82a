-- Appends events to the journal of a runner job and publishes them, all of them or none.
--
--   EVAL append.lua 1 runner-jobs:{<jobId>}:events <max events> <ttl ms> <event> <data> [<event> <data> ...] [<once>]
--
-- The one key is the journal, a Stream; the Pub/Sub channel has the same name. The braces keep a job in one slot of a
-- cluster. What stands before the job is the namespace, jobstream.namespace on the nodes; installations that share a server
-- have one each.
--
--   max events  how many of the newest events the journal keeps, at least 1 (somewhat more may stay)
--   ttl ms      how long the journal is kept after this call, in milliseconds, at least 1
--   event       1 to 64 characters: lower-case words (a-z 0-9 _) with dots between them; never stream.*
--   data        one JSON object (RFC 8259) in UTF-8, from its { to its }, at most 256 KiB, no deeper than 512; it is passed
--               on byte for byte
--
--   once        '<key> <digest>', to have a repeated call append nothing and return the first one's ids: a key of 1 to 128
--               visible ASCII characters, and what tells these events from others, 32 hexadecimal digits. The newest 1,000
--               keys of a job are remembered for as long as its journal
--
-- Returns the ids given, in the order of the events. Refusals come before the first write and
-- are error replies that begin with
--   INVALID   an argument breaks the rules above, or an event follows a terminal one in the same call
--   CONFLICT  the key was used with another digest
--   JOBENDED  the job has had its terminal event: job.completed, job.failed or job.cancelled
--
-- Who reads keeps to the same rules. Beside the journal stands a small key, runner-jobs:{<jobId>}:end, from the job's end on:
-- so the end outlives its journal. Runs on Redis 7.0 and Valkey 7.2 or later.

-- As on the nodes: who has changed them there changes them here. Nodes put in what they are set to.
local MAX_DATA = 262144 -- jobstream.max-event-size, in bytes
local END_TTL = 604800000 -- jobstream.journal.end-ttl, in milliseconds
-- The number of the database, for those who hear this in another one: Pub/Sub does not tell. Where it is not said, nodes look
-- into their journal before they believe what they hear.
local DATABASE = nil
-- Whether new events are published by SPUBLISH, which in a Cluster stays with this job's primary and its replicas, rather than
-- by PUBLISH, which goes to every server there is. Nodes in a Cluster hear both, unless jobstream.valkey.pubsub says otherwise.
local SHARDED = false
-- Whether data is checked here. Nodes check it before.
local CHECK_DATA = true

local TERMINAL = { ['job.completed'] = true, ['job.failed'] = true, ['job.cancelled'] = true }
local MAX_NAME, MAX_JOB, MAX_NAMESPACE, MAX_DEPTH = 64, 128, 72, 512
local MAX_KEY, MAX_KEYS = 128, 1000
local GREATEST_ID = '18446744073709551615-18446744073709551615'

local find, byte, gsub = string.find, string.byte, string.gsub

local function invalid(why)
  return redis.error_reply('INVALID ' .. why)
end

local function is_event_name(name)
  if #name < 1 or #name > MAX_NAME or find(name, '[^a-z0-9_.]') then
    return false
  end
  return not (find(name, '^%.') or find(name, '%.$') or find(name, '..', 1, true))
end

local function is_count(text)
  return find(text, '^[1-9]%d*$') and #text <= 15
end

-- Whether all that is not ASCII is well-formed, by table 3-7 of the Unicode Standard: what is, is taken out.
local function is_utf8(text)
  if not find(text, '[\128-\255]') then
    return true
  end
  text = gsub(text, '[\194-\223][\128-\191]', '?')
  text = gsub(text, '\224[\160-\191][\128-\191]', '?')
  text = gsub(text, '[\225-\236\238\239][\128-\191][\128-\191]', '?')
  text = gsub(text, '\237[\128-\159][\128-\191]', '?')
  text = gsub(text, '\240[\144-\191][\128-\191][\128-\191]', '?')
  text = gsub(text, '[\241-\243][\128-\191][\128-\191][\128-\191]', '?')
  text = gsub(text, '\244[\128-\143][\128-\191][\128-\191]', '?')
  return not find(text, '[\128-\255]')
end

-- Each of these returns the index behind what it passes, nil where that is not there.

local function space(text, at)
  local _, last = find(text, '^[ \t\n\r]*', at)
  return last + 1
end

local function quoted(text, at)
  if byte(text, at) ~= 34 then -- "
    return nil
  end
  at = at + 1
  while true do
    at = find(text, '["\\%z\1-\31]', at)
    local c = at and byte(text, at)
    if c == 34 then
      return at + 1
    elseif c ~= 92 then -- \
      return nil
    elseif find(text, '^["\\/bfnrt]', at + 1) then
      at = at + 2
    elseif find(text, '^u%x%x%x%x', at + 1) then
      at = at + 6
    else
      return nil
    end
  end
end

local function key(text, at)
  at = quoted(text, at)
  at = at and space(text, at)
  return at and byte(text, at) == 58 and space(text, at + 1) or nil -- :
end

local function scalar(text, at)
  local _, last = find(text, '^true', at)
  if not last then _, last = find(text, '^false', at) end
  if not last then _, last = find(text, '^null', at) end
  if last then
    return last + 1
  end
  _, last = find(text, '^-?[1-9]%d*', at)
  if not last then _, last = find(text, '^-?0', at) end
  if not last then
    return nil
  end
  if byte(text, last + 1) == 46 then -- .
    _, last = find(text, '^%d+', last + 2)
    if not last then
      return nil
    end
  end
  if find(text, '^[eE]', last + 1) then
    _, last = find(text, '^[eE][+-]?%d+', last + 1)
  end
  return last and last + 1
end

local function is_object(text)
  if byte(text, 1) ~= 123 or not is_utf8(text) then -- {
    return false
  end
  local closing, depth, at = {}, 0, 1
  while true do
    -- Here a value must begin.
    local c = byte(text, at)
    local whole = true
    if c == 123 or c == 91 then -- { [
      if depth == MAX_DEPTH then
        return false
      end
      at = space(text, at + 1)
      if byte(text, at) == c + 2 then -- } ]
        at = at + 1
      else
        depth = depth + 1
        closing[depth] = c + 2
        at = c == 91 and at or key(text, at)
        whole = false
      end
    elseif c == 34 then
      at = quoted(text, at)
    else
      at = scalar(text, at)
    end
    -- Here one has ended, or its first part begins: close what it ends, or go on to the next.
    while whole and at do
      if depth == 0 then
        return at == #text + 1
      end
      at = space(text, at)
      c = byte(text, at)
      if c == 44 then -- ,
        at = space(text, at + 1)
        at = closing[depth] == 93 and at or key(text, at)
        whole = false
      elseif c == closing[depth] then
        depth = depth - 1
        at = at + 1
      else
        return false
      end
    end
    if not at then
      return false
    end
  end
end

-- The ids of one call mostly follow each other: <milliseconds>-<sequence>+<count>, as often as they do not.
local function runs_of(ids)
  local runs, time, at, count = {}, nil, nil, 0
  for i = 1, #ids + 1 do
    local ms, seq = string.match(ids[i] or '', '^(%d+)-(%d+)$')
    if ms and ms == time and #seq < 15 and tonumber(seq) == at + count then
      count = count + 1
    else
      if time then
        runs[#runs + 1] = time .. '-' .. string.format('%.0f', at) .. '+' .. count
      end
      if ms and #seq >= 15 then -- more than a number of Lua can tell from its neighbours
        runs[#runs + 1] = ids[i] .. '+1'
        time = nil
      else
        time, at, count = ms, tonumber(seq), 1
      end
    end
  end
  return table.concat(runs, ' ')
end

local function ids_of(runs)
  local ids = {}
  for time, seq, count in string.gmatch(runs, '(%d+)-(%d+)%+(%d+)') do
    if count == '1' then
      ids[#ids + 1] = time .. '-' .. seq
    else
      for n = 0, tonumber(count) - 1 do
        ids[#ids + 1] = time .. '-' .. string.format('%.0f', tonumber(seq) + n)
      end
    end
  end
  return ids
end

-- 1. Everything is checked before anything is written: a script that fails half-way is not rolled back.

local namespace, job = string.match(KEYS[1] or '', '^([%w._:-]+):{([%w._-]+)}:events$')
if #KEYS ~= 1 or not job or #namespace > MAX_NAMESPACE or #job > MAX_JOB then
  return invalid('there must be one key, runner-jobs:{<jobId>}:events')
end
if #ARGV < 4 then
  return invalid('arguments must be: max events, ttl ms, then event and data, once or more')
end
local last, once, digest = #ARGV, nil, nil
if last % 2 ~= 0 then
  once, digest = string.match(ARGV[last], '^([!-~]+) (%x+)$')
  if not once or #once > MAX_KEY or #digest ~= 32 then
    return invalid('what comes behind the last data must be: a key, a space, and 32 hexadecimal digits')
  end
  last = last - 1
end
if not is_count(ARGV[1]) then
  return invalid('max events must be a number, at least 1')
end
if not is_count(ARGV[2]) then
  return invalid('ttl ms must be a number, at least 1')
end
for i = 3, last, 2 do
  local event, data = ARGV[i], ARGV[i + 1]
  if not is_event_name(event) then
    return invalid('event must be 1 to 64 characters: lower-case words (a-z 0-9 _) with dots between them')
  end
  if string.sub(event, 1, 7) == 'stream.' then
    return invalid("event '" .. event .. "' is reserved")
  end
  if TERMINAL[event] and i + 1 < last then
    return invalid("event '" .. event .. "' ends the job and must be the last")
  end
  if #data > MAX_DATA then
    return invalid('data must have at most ' .. MAX_DATA .. ' bytes, has ' .. #data)
  end
  if CHECK_DATA and not is_object(data) then
    return invalid('data must be a JSON object')
  end
end

local journal = KEYS[1]
local kind = redis.call('TYPE', journal).ok
if kind ~= 'stream' and kind ~= 'none' then
  return invalid('the key ' .. journal .. ' holds a ' .. kind .. ', not a journal')
end
local beside = namespace .. ':{' .. job .. '}:'
local used, order = beside .. 'keys', beside .. 'keys:order'
if once then
  local before = redis.call('HGET', used, once)
  if before then
    if string.sub(before, 1, 32) ~= digest then
      return redis.error_reply('CONFLICT the key was used for other events')
    end
    return ids_of(string.sub(before, 34))
  end
end

local ending = namespace .. ':{' .. job .. '}:end'
local ended = redis.call('EXISTS', ending) == 1
local prev = '0-0' -- stands for: there is none before
local newest = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)[1]
if newest then
  prev = newest[1]
  local fields, event = newest[2], nil
  for i = 1, #fields, 2 do
    if fields[i] == 'event' then
      event = fields[i + 1] -- the last counts, as for who reads
    end
  end
  ended = ended or TERMINAL[event]
end
if ended then
  return redis.error_reply('JOBENDED the job has had its terminal event')
end
if prev == GREATEST_ID then
  return invalid('the journal ' .. journal .. ' has an entry with the greatest id there is: nothing can follow it')
end

-- 2. Journal first, then the channel. An id given by '*' is greater than the one before even if the clock was set back.

local place = DATABASE and ',"journal":"' .. DATABASE .. '"' or ''
local ids = {}
for i = 3, last, 2 do
  local event, data = ARGV[i], ARGV[i + 1]
  local id = redis.call('XADD', journal, 'MAXLEN', '~', ARGV[1], '*', 'event', event, 'data', data, 'prev', prev)
  redis.call(SHARDED and 'SPUBLISH' or 'PUBLISH', journal,
    '{"id":"' .. id .. '","event":"' .. event .. '","data":' .. data .. ',"prev":"' .. prev .. '"' .. place .. '}')
  if TERMINAL[event] then
    local ttl = math.max(END_TTL, tonumber(ARGV[2]))
    redis.call('SET', ending, id .. ' ' .. prev .. ' ' .. event, 'PX', string.format('%.0f', ttl))
  end
  ids[#ids + 1] = id
  prev = id
end
redis.call('PEXPIRE', journal, ARGV[2])
if once then
  redis.call('HSET', used, once, digest .. ' ' .. runs_of(ids))
  redis.call('LPUSH', order, once)
  if redis.call('LLEN', order) > MAX_KEYS then
    redis.call('HDEL', used, redis.call('RPOP', order))
  end
end
if redis.call('PEXPIRE', used, ARGV[2]) == 1 then -- Most jobs have no keys.
  redis.call('PEXPIRE', order, ARGV[2])
end
return ids
