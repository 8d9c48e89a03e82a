package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.web.requests.JobPaths;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the endpoints, directly under {@code jobstream}.
 *
 * @param path Where all endpoints are, within the application.
 */
@ConfigurationProperties("jobstream")
public record WebProperties(@DefaultValue(JobPaths.DEFAULT) String path) {

    /** Segments of characters that mean themselves wherever a path is written: RFC 3986, section 2.3. */
    static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+");

    /** @throws IllegalArgumentException if it is no path */
    public WebProperties {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("jobstream.path must begin with / and not end with it, such as"
                    + " /runner-jobs or /api/jobs, with no characters but A-Z a-z 0-9 . _ ~ -, is " + path);
        }
    }
}
