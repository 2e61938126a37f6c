-- Saves what became of a mail: session, notes, timers and the posts to send, all or nothing.
-- Returns 'done', 'lost' where the lease is another's, or 'changed' where the session is not the one that was read.
-- KEYS mail lease turn session thread timers threads all_timers
-- ARGV the lease, mail, digest of the session that was read, session ('' forgets it), notes, record, seconds to keep,
--      seconds since 1970, thread, what members of the thread begin with; then per timer its key, when, mail ('' takes it back)
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('LINDEX', KEYS[1], 0) ~= ARGV[2] then
  return 'lost'
end
local stored = redis.call('GET', KEYS[4])
if (stored and redis.sha1hex(stored) or '') ~= ARGV[3] then
  return 'changed'
end
if ARGV[4] == '' then
  redis.call('DEL', KEYS[4])
  redis.call('ZREM', KEYS[7], ARGV[9])
else
  redis.call('SET', KEYS[4], ARGV[4], 'EX', ARGV[7])
  redis.call('ZADD', KEYS[7], ARGV[8], ARGV[9])
  redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', tonumber(ARGV[8]) - tonumber(ARGV[7]))
  redis.call('EXPIRE', KEYS[7], ARGV[7])
  redis.call('HSET', KEYS[5], 'notes', ARGV[5])
  redis.call('EXPIRE', KEYS[5], ARGV[7])
end
for i = 11, #ARGV, 3 do
  if ARGV[i + 2] == '' then
    redis.call('HDEL', KEYS[6], ARGV[i])
    redis.call('ZREM', KEYS[8], ARGV[10] .. ARGV[i])
  else
    redis.call('HSET', KEYS[6], ARGV[i], ARGV[i + 2])
    redis.call('ZADD', KEYS[8], ARGV[i + 1], ARGV[10] .. ARGV[i])
  end
end
redis.call('HSET', KEYS[3], 'record', ARGV[6])
redis.call('HDEL', KEYS[3], 'attempts', 'not_before', 'starts')
return 'done'
