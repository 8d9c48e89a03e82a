-- Takes a text out: one caller gets it, whichever is first.
--   EVAL take.lua 1 <key>
local text = redis.call('GET', KEYS[1])
if not text then
  return {}
end
redis.call('DEL', KEYS[1])
return {text}
