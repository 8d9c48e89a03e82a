-- Takes places that are limited for all nodes together, and renews what a node holds.
--
--   KEYS[1]  <namespace>:{quotas}:nodes, a Hash of the nodes there are. Beside it, in the same slot of a cluster, each node has
--            <namespace>:{quotas}:node:<node>, a Hash of what it holds, which expires unless the node reports. So no clock is
--            compared with another: a node that is gone is one whose Hash is gone
--   ARGV[1]  the node
--   ARGV[2]  how long it is believed, in milliseconds
--   ARGV[3]  the number of its report before this one; '' if it says all that it holds
--   ARGV[4]  the number of this report
--   ARGV[5]  how many keys it tells of, then for each: the key, and how many it holds of it
--   then     the wishes, for each: of how many limits, and for each of these the key and the most that all may hold
--
-- Returns {0} and does nothing if the node's Hash is not as that report left it: it has expired, or the server has lost it.
-- Otherwise {1, ...}, for each wish -1 where it is granted, and else the number of the first limit that is reached, from 0 on.

local NODES_TTL = 86400000 -- longer than any node is believed

local nodes, node = KEYS[1], ARGV[1]
local prefix = string.gsub(nodes, 'nodes$', 'node:')
local own = prefix .. node

if ARGV[3] == '' then
  redis.call('DEL', own)
elseif redis.call('HGET', own, 'report') ~= ARGV[3] then
  return { 0 }
end
redis.call('HSET', own, 'report', ARGV[4])

local at = 6
for _ = 1, tonumber(ARGV[5]) do
  local key, count = ARGV[at], ARGV[at + 1]
  at = at + 2
  if count == '0' then
    redis.call('HDEL', own, key)
  else
    redis.call('HSET', own, key, count)
  end
end

redis.call('HSET', nodes, node, '')
local others = {}
for _, other in ipairs(redis.call('HKEYS', nodes)) do
  if other ~= node then
    if redis.call('EXISTS', prefix .. other) == 1 then
      others[#others + 1] = prefix .. other
    else
      redis.call('HDEL', nodes, other)
    end
  end
end

local function held(by, key)
  return tonumber(redis.call('HGET', by, key) or 0)
end

local answers = { 1 }
while at <= #ARGV do
  local limits, full = tonumber(ARGV[at]), -1
  local first = at + 1
  at = first + 2 * limits
  for i = first, at - 2, 2 do
    local sum = held(own, ARGV[i])
    for _, other in ipairs(others) do
      sum = sum + held(other, ARGV[i])
    end
    if full == -1 and sum >= tonumber(ARGV[i + 1]) then
      full = (i - first) / 2
    end
  end
  if full == -1 then
    for i = first, at - 2, 2 do
      redis.call('HSET', own, ARGV[i], held(own, ARGV[i]) + 1)
    end
  end
  answers[#answers + 1] = full
end

redis.call('PEXPIRE', own, ARGV[2])
redis.call('PEXPIRE', nodes, NODES_TTL)
return answers
