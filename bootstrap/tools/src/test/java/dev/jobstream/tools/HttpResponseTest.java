package dev.jobstream.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseTest {

    private final StringBuilder body = new StringBuilder();
    private final HttpResponse response = new HttpResponse(
            (buffer, from, to) -> body.append(new String(buffer, from, to - from, StandardCharsets.US_ASCII)));

    private void feed(String text, int atOnce) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length; at += atOnce) {
            response.feed(bytes, at, Math.min(bytes.length, at + atOnce));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000})
    void joinsChunks(int atOnce) {
        feed(
                "HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n00B;name=value\r\n, you there\r\n0\r\nTrailer: yes\r\n\r\n",
                atOnce);

        assertThat(response.status()).isEqualTo(200);
        assertThat(body.toString()).isEqualTo("hello, you there");
        assertThat(response.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void endsWithItsLength(int atOnce) {
        feed("HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello", atOnce);

        assertThat(response.status()).isEqualTo(201);
        assertThat(body.toString()).isEqualTo("hello");
        assertThat(response.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void goesOnWhileTheConnectionDoes(int atOnce) {
        feed("HTTP/1.1 200 OK\r\n\r\nhello", atOnce);

        assertThat(body.toString()).isEqualTo("hello");
        assertThat(response.isDone()).isFalse();
    }

    @Test
    void endsAtOnceWithoutContent() {
        feed("HTTP/1.1 204 No Content\r\n\r\n", 1000);

        assertThat(response.isDone()).isTrue();
    }

    @Test
    void refusesChunksThatAreNone() {
        assertThatThrownBy(() -> feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello", 1000))
                .hasMessageContaining("size");
    }

    @Test
    void refusesAChunkThatIsTooLong() {
        assertThatThrownBy(() -> feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello", 1000))
                .hasMessageContaining("longer");
    }
}
