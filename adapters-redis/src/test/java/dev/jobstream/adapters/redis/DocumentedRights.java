package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the documentation says that Valkey's user of a node needs, as rules of {@code ACL SETUSER}. */
final class DocumentedRights {

    private static final String NAMES = " ~runner-jobs:* &runner-jobs:*";

    private DocumentedRights() {}

    static String onOneServer() throws IOException {
        return found("needs the commands `([A-Z\\s]+)`")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("(^|\\s+)", " +")
                + NAMES;
    }

    static String onACluster() throws IOException {
        return onOneServer() + " "
                + found("On a Cluster it also needs\\s+`([^`]+)`").replaceAll("\\s+", " ");
    }

    private static String found(String pattern) throws IOException {
        Matcher documented = Pattern.compile(pattern).matcher(Files.readString(Path.of("..", "docs", "operations.md")));
        assertThat(documented.find()).isTrue();
        return documented.group(1);
    }
}
