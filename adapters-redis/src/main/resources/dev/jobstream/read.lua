#!lua flags=no-writes
-- Reads a run of entries from a journal, bounded in number and in bytes.
--
--   KEYS[1]  the journal
--   ARGV[1]  'after': oldest first, strictly after the id; 'on': the same, where it is known whether the id is there, which
--            costs as much as the entry is large; 'before': newest first, strictly before it
--   ARGV[2]  the id; for 'before' also '+', which reads from the newest on
--   ARGV[3]  the most entries
--   ARGV[4]  no further entry once this many bytes of data have been taken; the first is always taken
--   ARGV[5]  data longer than this is left out, since nobody takes it
--   ARGV[6], ...  ids of entries beyond the id, in the order of reading, that have been told to be too large: they are passed
--            by without a look, with '' for each field, for to look is to copy them
--
-- Answers with an error that begins with INVALID if the key is of another type. Otherwise it
-- returns {1 if the id is in the journal (for 'after'), 1 if there is more, what is known of the job's end, how many entries
-- the journal has, the ids of those that were looked at and are too large, id, event, data, prev, id, ...};
-- '' for a field that is missing. There may be nothing behind what says that there is more. Of the end it is told where the
-- journal is empty, and '' otherwise: its id, its prev and its event, with spaces between them.

-- How much is fetched in one go is what the server holds beyond the page: one to begin with, more only where entries are small,
-- and one by one where they are large, as what somebody else has written there may be.
local FIRST_STEP, STEP, LARGE_STEP, SMALL, LARGE = 1, 16, 64, 1024, 65536

-- No further entry once so much was looked at, garbage included.
local MAX_LOOKED = 4 * 1024 * 1024

-- What is longer is no name of an event, and no id: nobody takes it.
local MAX_EVENT, MAX_PREV = 64, 41

-- An entry that has so much beside its data is too large, and nobody takes its data either.
local MAX_BESIDE = 65536

-- There is none before it, and none behind it: Valkey takes neither for the end of a range that leaves it out.
local LEAST_ID, GREATEST_ID = '0-0', '18446744073709551615-18446744073709551615'

local journal, direction, from = KEYS[1], ARGV[1], ARGV[2]
local limit, max_bytes, max_data = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local forward = direction ~= 'before'
local next_large = 6

-- Up to the next one that is known to be too large.
local function fetch(id, count)
  if id == (forward and GREATEST_ID or LEAST_ID) then
    return {}
  end
  local start = id == '+' and id or '(' .. id
  local stop = ARGV[next_large] and '(' .. ARGV[next_large]
  if forward then
    return redis.call('XRANGE', journal, start, stop or '+', 'COUNT', count)
  end
  return redis.call('XREVRANGE', journal, start, stop or '-', 'COUNT', count)
end

local kind = redis.call('TYPE', journal).ok
if kind ~= 'stream' and kind ~= 'none' then
  return redis.error_reply('INVALID the key holds a ' .. kind .. ', not a journal')
end
if kind == 'none' then
  return { 0, 0, redis.call('GET', (string.gsub(journal, 'events$', 'end'))) or '', 0, '' }
end

local page = { 0, 0, '', redis.call('XLEN', journal), '' }
if direction == 'after' and #redis.call('XRANGE', journal, from, from) > 0 then
  page[1] = 1
end

local taken, bytes, looked = 0, 0, 0

local function with_more()
  page[2] = 1
  return page
end

local function is_full()
  return taken == limit or (taken > 0 and (bytes >= max_bytes or looked >= MAX_LOOKED))
end

local function take(id, event, data, prev)
  local n = #page
  page[n + 1], page[n + 2], page[n + 3], page[n + 4] = id, event, data, prev
  taken = taken + 1
  bytes = bytes + #data
  from = id
end

local function look(entry)
  local event, data, prev, size = '', '', '', 0
  local fields = entry[2]
  for i = 1, #fields, 2 do
    size = size + #fields[i] + #fields[i + 1]
    if fields[i] == 'event' then
      event = fields[i + 1]
    elseif fields[i] == 'data' then
      data = fields[i + 1]
    elseif fields[i] == 'prev' then
      prev = fields[i + 1]
    end
  end
  looked = looked + size
  if size > max_data + MAX_BESIDE then
    page[5] = page[5] .. entry[1] .. ' '
  end
  if #data > max_data or size > max_data + MAX_BESIDE then
    data = ''
  end
  if #event > MAX_EVENT then
    event = ''
  end
  if #prev > MAX_PREV then
    prev = ''
  end
  take(entry[1], event, data, prev)
end

local function step()
  if taken == 0 then
    return FIRST_STEP
  end
  local average = looked / taken
  return average > LARGE and 1 or average <= SMALL and LARGE_STEP or STEP
end

while true do
  if looked >= MAX_LOOKED then -- What comes next may be as large, and is to be copied to learn whether it is there.
    return with_more()
  end
  local count = math.min(step(), limit + 1 - taken)
  local entries = fetch(from, count)
  for _, entry in ipairs(entries) do
    if is_full() then
      return with_more()
    end
    look(entry)
  end
  if #entries < count then
    if not ARGV[next_large] then
      return page
    end
    if is_full() then
      return with_more()
    end
    take(ARGV[next_large], '', '', '')
    next_large = next_large + 1
  end
end
