package dev.jobstream.adapters.web.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;

/** What the page is made of, read once, plain and compressed. */
final class PageFiles {

    /** Under which all files but the page itself are, within the page's address. */
    static final String FOLDER = "page";

    private static final String SOURCE = "dev/jobstream/page/";
    private static final String PAGE = "index.html";
    private static final List<String> NAMES = List.of(
            "dom.js",
            "facts.js",
            "finder.js",
            "job.js",
            "lines.js",
            "log.js",
            "main.js",
            "page.css",
            "sse.js",
            "stream.js",
            "terminal.js",
            "theme.css",
            "timeline.js");
    /** Enough that nobody meets two contents of one version. */
    private static final int VERSION_DIGITS = 16;

    private final Map<String, PageFile> files = new TreeMap<>();
    private final PageFile page;
    private final String version;

    /** One of them. */
    static final class PageFile {

        final String type;
        private final byte[] content;
        private final byte[] compressed;

        private PageFile(String type, byte[] content) {
            this.type = type + ";charset=UTF-8";
            this.content = content;
            this.compressed = gzip(content);
        }

        /** Shared, not to be changed. */
        byte[] body(boolean isCompressed) {
            return isCompressed ? compressed : content;
        }
    }

    /** @param endpoints where the endpoints of jobs are, relative to the page */
    PageFiles(String endpoints) {
        MessageDigest digest = sha256();
        for (String name : NAMES) {
            byte[] content = read(name);
            digest.update(content);
            files.put(name, new PageFile(name.endsWith(".css") ? "text/css" : "text/javascript", content));
        }
        version = HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_DIGITS);
        String html = new String(read(PAGE), UTF_8)
                .replace("{{path}}", endpoints)
                .replace("{{files}}", FOLDER + "/" + version);
        page = new PageFile("text/html", html.getBytes(UTF_8));
    }

    PageFile page() {
        return page;
    }

    /** {@code null} if there is none of this name. */
    @Nullable
    PageFile file(String name) {
        return files.get(name);
    }

    /** Differs where a file does. */
    String version() {
        return version;
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static byte[] read(String name) {
        try {
            return new ClassPathResource(SOURCE + name, PageFiles.class.getClassLoader()).getContentAsByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
