-- Takes mail in, once under all of its names, unless its sender or workspace sent too much in this minute.
-- Returns {'taken', mail waiting in all}, {'again'}, or {'limited', 'user' or 'workspace', by how much}.
-- KEYS mail backlog sender workspace claim...
-- ARGV mail as JSON, its member, seconds since 1970, seconds that names are remembered, most of a sender, most of a workspace
local known = 0
for i = 5, #KEYS do
  known = known + redis.call('EXISTS', KEYS[i])
end
for i = 5, #KEYS do
  redis.call('SET', KEYS[i], '1', 'NX', 'EX', ARGV[4])
end
if known > 0 then
  return {'again'}
end
for i = 3, 4 do
  local sent, most = redis.call('INCR', KEYS[i]), tonumber(ARGV[i + 2])
  redis.call('EXPIRE', KEYS[i], 120)
  if sent > most then
    return {'limited', i == 3 and 'user' or 'workspace', sent - most}
  end
end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return {'taken', redis.call('ZCARD', KEYS[2])}
