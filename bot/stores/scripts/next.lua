-- Takes the lease of a thread, or keeps it, and returns the first mail; gives the lease back where there is none.
-- KEYS mail lease turn session thread fence    ARGV the lease held or '', the owner, milliseconds
local held = redis.call('GET', KEYS[2])
if ARGV[1] == '' then
  if held then
    return {'held'}
  end
elseif held ~= ARGV[1] then
  return {'lost'}
end
local mail = redis.call('LINDEX', KEYS[1], 0)
if not mail then
  redis.call('DEL', KEYS[2])
  return {'empty'}
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local until_then = tonumber(redis.call('HGET', KEYS[3], 'not_before') or '0')
if until_then > now then
  redis.call('DEL', KEYS[2])
  return {'wait', tostring(until_then - now)}
end
local lease = ARGV[1]
if lease == '' then
  lease = redis.call('INCR', KEYS[6]) .. ':' .. ARGV[2]
  redis.call('HINCRBY', KEYS[3], 'starts', 1)
end
redis.call('SET', KEYS[2], lease, 'PX', ARGV[3])
return {'mail', lease, mail, redis.call('HGETALL', KEYS[3]), redis.call('GET', KEYS[4]), redis.call('HGETALL', KEYS[5])}
