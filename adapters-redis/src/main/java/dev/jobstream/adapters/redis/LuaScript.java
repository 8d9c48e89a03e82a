package dev.jobstream.adapters.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.domain.TransportUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * A Lua script on the class path that takes one key and returns a list. Spring names it by its digest, and sends it in full
 * only to a server that does not know it: first use, restart, failover.
 */
final class LuaScript {

    private static final RedisSerializer<byte[]> AS_IS = RedisSerializer.byteArray();
    private static final String READS_ONLY = "#!lua flags=no-writes";

    private final RedisTemplate<byte[], byte[]> valkey = new RedisTemplate<>();
    private final ValkeyProbe probe;
    private final boolean writes;

    @SuppressWarnings("rawtypes") // A list is the only type that a script with a list for a reply may have.
    private final DefaultRedisScript<List> script;

    LuaScript(RedisConnectionFactory connections, ValkeyProbe probe, String resource) {
        this(connections, probe, resource, Map.of());
    }

    /** @param constants the values of locals that the script sets to others, each in a line of its own */
    LuaScript(RedisConnectionFactory connections, ValkeyProbe probe, String resource, Map<String, ?> constants) {
        this.probe = probe;
        String text = set(constants, read(resource));
        this.writes = !text.startsWith(READS_ONLY);
        this.script = new DefaultRedisScript<>(text, List.class);
        valkey.setConnectionFactory(connections);
        valkey.setDefaultSerializer(AS_IS);
        valkey.afterPropertiesSet();
    }

    private static String read(String resource) {
        try {
            return new ClassPathResource(resource, LuaScript.class).getContentAsString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String set(Map<String, ?> constants, String script) {
        String text = script;
        for (Map.Entry<String, ?> constant : constants.entrySet()) {
            Matcher line = Pattern.compile("(?m)^local " + constant.getKey() + " = \\w+")
                    .matcher(text);
            if (!line.find()) {
                throw new IllegalStateException("the script has no local " + constant.getKey());
            }
            text = line.replaceFirst("local " + constant.getKey() + " = " + constant.getValue());
        }
        return text;
    }

    /**
     * Runs the script.
     *
     * @return the elements of its reply: {@code byte[]} or {@link Long}
     * @throws ScriptRefusedException if the script answered with an error of its own
     * @throws TransportUnavailableException if Valkey could not be asked, did not answer in time or refused for its own
     *     reasons
     */
    List<Object> run(byte[] key, byte[]... arguments) {
        probe.failIfSilent(key);
        List<Object> reply;
        // Whatever is thrown in there is Spring's or the driver's: also an IllegalStateException of a factory that has
        // been stopped, and a pool's own exception, which share no ancestor with the rest.
        try {
            reply = execute(key, arguments);
        } catch (RuntimeException e) {
            String error = ValkeyErrors.reply(e);
            ScriptRefusedException.Kind refused = ScriptRefusedException.Kind.of(error);
            if (refused != null) {
                throw new ScriptRefusedException(refused, error);
            }
            throw probe.unavailable(key, writes, e);
        }
        if (writes) {
            probe.written();
        }
        if (reply == null) {
            throw new TransportUnavailableException("Valkey gave no answer", null);
        }
        return reply;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable List<Object> execute(byte[] key, byte[][] arguments) {
        RedisSerializer<?> elements = AS_IS;
        return valkey.execute(script, AS_IS, (RedisSerializer<List>) elements, List.of(key), (Object[]) arguments);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }
}
