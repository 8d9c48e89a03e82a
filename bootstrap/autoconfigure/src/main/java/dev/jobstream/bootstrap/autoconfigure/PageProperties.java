package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.web.page.PageController;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the page that shows a job.
 *
 * @param enabled Whether there is a page that shows a job. The standalone server has one unless this is false.
 * @param path Where the page is, within the application; / in the standalone server.
 */
@ConfigurationProperties("jobstream.page")
public record PageProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue(PageController.DEFAULT) String path) {

    /** @throws IllegalArgumentException if the path is none */
    public PageProperties {
        if (!path.equals("/") && !WebProperties.PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("jobstream.page.path must be / or begin with / and not end with it, such"
                    + " as /watch, with no characters but A-Z a-z 0-9 . _ ~ -, is " + path);
        }
    }
}
