package dev.jobstream.conformance;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked for.
 *
 * @param base where the server has its jobs, without a slash at the end; {@code null} where there is only a list to print
 * @param values of the other options, by their names
 * @param environment where tokens are
 */
record Options(@Nullable URI base, Map<String, String> values, Map<String, String> environment) {

    /** A command line that cannot be understood. */
    static final class UsageException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** How events are sent to be published. */
    enum PublishAs {
        /** The protocol's own form, many in a request. */
        BATCH,
        /** The protocol's own form, one in a request. */
        SINGLE,
        /** The data alone, one in a request, the type in the header {@code X-EventSource-Event}. */
        DATA
    }

    private static final Set<String> FLAGS = Set.of("--help", "--list", "--no-publish");
    private static final Set<String> WITH_VALUE = Set.of(
            "--section",
            "--timeout",
            "--heartbeat",
            "--retained",
            "--junit",
            "--job-prefix",
            "--stream-url",
            "--publish-url",
            "--publish-as");
    private static final Pattern SECTION = Pattern.compile("[0-9]{1,2}(\\.[0-9]{1,2})?");
    private static final Pattern JOB_PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,80}");
    private static final String DEFAULT_TIMEOUT = "10";
    private static final String DEFAULT_HEARTBEAT = "30";
    private static final String DEFAULT_RETAINED = "10000";

    static Options parse(List<String> arguments, Map<String, String> environment) {
        Map<String, String> values = new HashMap<>();
        URI base = null;
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (FLAGS.contains(word)) {
                values.put(word, "");
            } else if (WITH_VALUE.contains(word)) {
                if (++i == arguments.size()) {
                    throw new UsageException(word + " needs a value");
                }
                values.put(word, arguments.get(i));
            } else if (word.startsWith("-")) {
                throw new UsageException("unknown option " + word);
            } else if (base != null) {
                throw new UsageException("one URL is enough, but there is also " + word);
            } else {
                base = address(word);
            }
        }
        Options options = new Options(base, Map.copyOf(values), environment);
        options.check();
        return options;
    }

    private static URI address(String word) {
        try {
            URI uri = URI.create(word.replaceAll("/+$", ""));
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new UsageException("not an http URL: " + word);
    }

    /** Each value is read once, so that what is wrong is said before anything begins. */
    private void check() {
        timeout();
        heartbeat();
        retained();
        jobPrefix();
        publishAs();
        streamUrl("job");
        publishUrl("job");
        if (sections().stream().anyMatch(section -> !SECTION.matcher(section).matches())) {
            throw new UsageException("--section takes numbers with commas between them, as in 3,9.1");
        }
    }

    boolean help() {
        return values.containsKey("--help");
    }

    boolean list() {
        return values.containsKey("--list");
    }

    boolean publishes() {
        return !values.containsKey("--no-publish");
    }

    /** Sections and checks that are asked for; empty for all. */
    List<String> sections() {
        String asked = values.get("--section");
        return asked == null ? List.of() : List.of(asked.split(","));
    }

    /** How long what must come is waited for. */
    Duration timeout() {
        return Duration.ofSeconds(number("--timeout", DEFAULT_TIMEOUT, 600));
    }

    /** How long a heartbeat is waited for. */
    Duration heartbeat() {
        return Duration.ofSeconds(number("--heartbeat", DEFAULT_HEARTBEAT, 600));
    }

    /** How many events of a job the server keeps. */
    int retained() {
        return number("--retained", DEFAULT_RETAINED, 1_000_000);
    }

    private int number(String name, String otherwise, int most) {
        String value = values.getOrDefault(name, otherwise);
        if (!value.matches("[0-9]{1,7}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > most) {
            throw new UsageException(name + " takes a number from 1 to " + most);
        }
        return Integer.parseInt(value);
    }

    @Nullable
    Path junit() {
        String file = values.get("--junit");
        return file == null ? null : Path.of(file);
    }

    String jobPrefix() {
        String prefix = values.getOrDefault("--job-prefix", "conformance-");
        if (!JOB_PREFIX.matcher(prefix).matches()) {
            throw new UsageException("--job-prefix takes 1 to 80 characters of A-Z a-z 0-9 . _ -");
        }
        return prefix;
    }

    PublishAs publishAs() {
        return switch (values.getOrDefault("--publish-as", "batch")) {
            case "batch" -> PublishAs.BATCH;
            case "single" -> PublishAs.SINGLE;
            case "data" -> PublishAs.DATA;
            default -> throw new UsageException("--publish-as takes batch, single or data");
        };
    }

    @Nullable
    URI streamUrl(String job) {
        return template("--stream-url", job);
    }

    @Nullable
    URI publishUrl(String job) {
        return template("--publish-url", job);
    }

    private @Nullable URI template(String name, String job) {
        String template = values.get(name);
        if (template == null) {
            return null;
        }
        if (!template.contains("{job}")) {
            throw new UsageException(name + " takes a URL with {job} in it");
        }
        return address(template.replace("{job}", job));
    }

    /** To watch with; {@code null} for a server that asks for none. */
    @Nullable
    String token() {
        return variable("JOBSTREAM_TOKEN");
    }

    @Nullable
    String publishToken() {
        String own = variable("JOBSTREAM_PUBLISH_TOKEN");
        return own == null ? token() : own;
    }

    /** A good token that may not read these jobs. */
    @Nullable
    String deniedToken() {
        return variable("JOBSTREAM_DENIED_TOKEN");
    }

    private @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
