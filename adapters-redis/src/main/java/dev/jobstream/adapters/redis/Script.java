package dev.jobstream.adapters.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.domain.TransportUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisScriptingCommands;
import org.springframework.data.redis.connection.ReturnType;

/**
 * A Lua script on the class path that takes one key and returns a list. It is named by its digest and sent in full only
 * to a server that does not know it: first use, restart, failover.
 */
final class Script {

    private final RedisConnectionFactory connections;
    private final ValkeyProbe probe;
    private final byte[] text;
    private final String digest;

    Script(RedisConnectionFactory connections, ValkeyProbe probe, String resource) {
        this(connections, probe, resource, Map.of());
    }

    /** @param constants the values of locals that the script sets to others, each in a line of its own */
    Script(RedisConnectionFactory connections, ValkeyProbe probe, String resource, Map<String, ?> constants) {
        this.connections = connections;
        this.probe = probe;
        this.text = bytes(set(constants, new String(read(resource), UTF_8)));
        this.digest = sha1(text);
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
    List<Object> run(byte[]... keyAndArguments) {
        probe.failIfSilent();
        List<Object> reply;
        // Whatever is thrown in there is Spring's or the driver's: also an IllegalStateException of a factory that has
        // been stopped, and a pool's own exception, which share no ancestor with the rest.
        try (RedisConnection connection = connections.getConnection()) {
            reply = run(connection.scriptingCommands(), keyAndArguments);
        } catch (RuntimeException e) {
            String error = errorReply(e);
            if (error.startsWith("INVALID ") || error.startsWith("JOBENDED ")) {
                throw new ScriptRefusedException(error);
            }
            throw new TransportUnavailableException("Valkey did not answer: " + rootMessage(e), e);
        }
        if (reply == null) {
            throw new TransportUnavailableException("Valkey gave no answer", null);
        }
        return reply;
    }

    private @Nullable List<Object> run(RedisScriptingCommands commands, byte[][] keyAndArguments) {
        try {
            return commands.evalSha(digest, ReturnType.MULTI, 1, keyAndArguments);
        } catch (DataAccessException e) {
            if (!errorReply(e).startsWith("NOSCRIPT")) {
                throw e;
            }
            return commands.eval(text, ReturnType.MULTI, 1, keyAndArguments);
        }
    }

    private static String errorReply(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return "";
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    static String rootMessage(Throwable e) {
        Throwable root = root(e);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** What tells this failure from others of another cause: messages may hold ports and names that change each time. */
    static String kindOf(RuntimeException e) {
        String reply = errorReply(e);
        if (!reply.isEmpty()) {
            return reply.split(" ", 2)[0];
        }
        return root(e).getClass().getName();
    }

    private static byte[] read(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing from the class path: " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
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
