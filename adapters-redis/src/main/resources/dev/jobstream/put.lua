-- Keeps a short text for a short time: see OneTimeStore.
--   EVAL put.lua 1 <key> <text> <life in ms>
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {}
