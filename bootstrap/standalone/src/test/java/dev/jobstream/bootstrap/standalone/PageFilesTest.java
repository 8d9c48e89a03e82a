package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the page reaches a browser. What it does there is {@code PageTest}'s. */
class PageFilesTest {

    private static final int MOST_BYTES = 60 * 1024;
    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"(page/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z]+\\.js)'");
    private static final Pattern ENDPOINTS = Pattern.compile("name=\"jobstream-path\" content=\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<byte[]> get(URI address, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        assertThat(answer.headers().allValues(name)).as(name).hasSize(1);
        return answer.headers().firstValue(name).orElseThrow();
    }

    private static Set<URI> links(URI page, String html) {
        Set<URI> links = new LinkedHashSet<>();
        LINK.matcher(html)
                .results()
                .map(MatchResult::group)
                .forEach(link -> links.add(page.resolve(link.substring(link.indexOf('"') + 1, link.length() - 1))));
        return links;
    }

    @Test
    void thePageIsNotKeptAndItsFilesAreForEver() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            URI address = URI.create("http://localhost:" + server.port() + "/");
            HttpResponse<byte[]> page = get(address);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(header(page, "Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
            assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
            assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(header(page, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
            assertThat(header(page, "Content-Security-Policy"))
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")
                    .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                    .doesNotContain("unsafe");
            String html = new String(page.body(), UTF_8);
            assertThat(html).doesNotContain("<style", " style=", " onclick", "{{");

            long weight = 0;
            Set<String> imported = new LinkedHashSet<>();
            Set<URI> links = links(address, html);
            for (URI link : links) {
                HttpResponse<byte[]> file = get(link, "Accept-Encoding", "gzip");
                assertThat(file.statusCode()).as(link.toString()).isEqualTo(200);
                assertThat(header(file, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
                assertThat(header(file, "Content-Encoding")).isEqualTo("gzip");
                assertThat(header(file, "Content-Type"))
                        .startsWith(link.getPath().endsWith(".css") ? "text/css" : "text/javascript");
                weight += file.body().length;
                HttpResponse<byte[]> plain = get(link);
                assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
                IMPORT.matcher(new String(plain.body(), UTF_8)).results().forEach(name -> imported.add(name.group(1)));
            }
            assertThat(links)
                    .extracting(link -> link.getPath().replaceAll(".*/", ""))
                    .containsAll(imported);
            weight += get(address, "Accept-Encoding", "gzip").body().length;
            System.out.printf("The page weighs %d bytes, compressed.%n", weight);
            assertThat(weight).isLessThan(MOST_BYTES);

            HttpResponse<byte[]> ofAnotherVersion = get(address.resolve("page/0123456789abcdef/main.js"));
            assertThat(ofAnotherVersion.statusCode()).isEqualTo(200);
            assertThat(header(ofAnotherVersion, "Cache-Control")).isEqualTo("no-cache");
            assertThat(get(address.resolve("page/0123456789abcdef/other.js")).statusCode())
                    .isEqualTo(404);
            assertThat(get(address.resolve("page/0123456789abcdef/main.js/more"))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "jobstream.page.path=/ci/watch, /ci/watch/, /runner-jobs",
        "server.servlet.context-path=/jobs, /jobs/, /jobs/runner-jobs",
        "spring.mvc.servlet.path=/api, /api/, /api/runner-jobs",
        "jobstream.path=/ci/jobs, /, /ci/jobs"
    })
    void itIsAndFindsTheEndpointsWhereTheSettingsSay(String setting, String path, String endpoints) throws Exception {
        try (RunningServer server = RunningServer.start(setting)) {
            URI address = URI.create("http://localhost:" + server.port() + path);
            HttpResponse<byte[]> page = get(address);
            assertThat(page.statusCode()).isEqualTo(200);
            String html = new String(page.body(), UTF_8);
            assertThat(links(address, html))
                    .isNotEmpty()
                    .allSatisfy(link -> assertThat(get(link).statusCode()).isEqualTo(200));
            String told =
                    ENDPOINTS.matcher(html).results().findFirst().orElseThrow().group(1);
            assertThat(address.resolve(told).getPath()).isEqualTo(endpoints);
            if (setting.startsWith("jobstream.page.path")) {
                HttpResponse<byte[]> withoutSlash =
                        get(URI.create(address.toString().replaceAll("/$", "")));
                assertThat(withoutSlash.statusCode()).isEqualTo(302);
                assertThat(address.resolve("../x").resolve(header(withoutSlash, "Location")))
                        .isEqualTo(address);
            }
        }
    }

    @Test
    void thereIsNoneWhereTheSettingSaysSo() throws Exception {
        try (RunningServer server = RunningServer.start("jobstream.page.enabled=false")) {
            assertThat(get(URI.create("http://localhost:" + server.port() + "/"))
                            .statusCode())
                    .isEqualTo(401);
        }
    }
}
