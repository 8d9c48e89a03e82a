package dev.jobstream.adapters.web.publishing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.domain.TooManyEventsException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class BodyReaderTest {

    private static final BodyLimits LIMITS = new BodyLimits(2, Duration.ofSeconds(30), 1024);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final BodyReader bodies = new BodyReader(LIMITS, BodyMemory.ofHeap(), clock::get);

    /** A body that comes in pieces, each after a while. */
    private HttpServletRequest slow(int pieces, int pieceBytes, Duration each, Runnable meanwhile) {
        return new MockHttpServletRequest() {
            @Override
            public ServletInputStream getInputStream() {
                return new ServletInputStream() {
                    private int left = pieces;

                    @Override
                    public int read(byte[] into, int from, int most) {
                        meanwhile.run();
                        clock.addAndGet(each.toNanos());
                        return left-- == 0 ? -1 : Math.min(pieceBytes, most);
                    }

                    @Override
                    public int read() {
                        throw new AssertionError("one byte at a time");
                    }

                    @Override
                    public boolean isFinished() {
                        return left < 0;
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }

                    @Override
                    public void setReadListener(ReadListener listener) {}
                };
            }
        };
    }

    private HttpServletRequest slow(int pieces, int pieceBytes, Duration each) {
        return slow(pieces, pieceBytes, each, () -> {});
    }

    private byte[] read(HttpServletRequest request, int most) {
        return bodies.read(request, most, new EventCount(false), bytes -> {});
    }

    private static void assertRefused(int status, Runnable read) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(read::run)
                .satisfies(
                        problem -> assertThat(problem.getStatusCode().value()).isEqualTo(status));
    }

    @Test
    void readsWhatComesInTime() {
        assertThat(read(slow(20, 2_000, Duration.ofSeconds(1)), 100_000)).hasSize(40_000);
    }

    @Test
    void aSlowStartIsForgiven() {
        assertThat(read(slow(4, 10, Duration.ofSeconds(1)), 100_000)).hasSize(40);
    }

    @Test
    void refusesABodyThatTrickles() {
        assertRefused(408, () -> read(slow(1_000, 100, Duration.ofSeconds(1)), 1_000_000));
        assertThat(clock.get() - (Long.MAX_VALUE - 5))
                .isLessThan(Duration.ofSeconds(10).toNanos());
    }

    @Test
    void refusesABodyThatTakesTooLongThoughItIsFast() {
        assertRefused(408, () -> read(slow(1_000, 10_000, Duration.ofSeconds(1)), 100_000_000));
    }

    @Test
    void refusesWhatIsTooLargeWithoutReadingTheRest() {
        MockHttpServletRequest told = new MockHttpServletRequest();
        told.setContent(new byte[101]);
        assertRefused(413, () -> read(told, 100));
        assertRefused(413, () -> read(slow(Integer.MAX_VALUE, 1_000, Duration.ZERO), 100_000));
        assertThat(read(slow(100, 1_000, Duration.ZERO), 100_000)).hasSize(100_000);
    }

    @Test
    void keepsNothingOfABodyWithTooManyEvents() {
        BodyReader small = new BodyReader(LIMITS, new BodyMemory(0), clock::get);
        MockHttpServletRequest many = new MockHttpServletRequest();
        many.setContent(("[" + "{},".repeat(1_000_000) + "{}]").getBytes(UTF_8));

        assertThatExceptionOfType(TooManyEventsException.class)
                .isThrownBy(() -> small.read(many, 4_000_000, new EventCount(false), bytes -> {}));
    }

    @Test
    void onlySoManyAreReadAtATime() {
        Runnable third = () -> assertRefused(503, () -> read(slow(1, 10, Duration.ZERO), 100));
        Runnable second =
                () -> assertThat(read(slow(1, 10, Duration.ZERO, third), 100)).hasSize(10);

        assertThat(read(slow(1, 10, Duration.ZERO, second), 100)).hasSize(10);

        assertRefused(408, () -> read(slow(1_000, 1, Duration.ofSeconds(1)), 1_000));
        assertThat(read(slow(1, 10, Duration.ZERO, second), 100))
                .as("a refused one has given its place back")
                .hasSize(10);
    }

    @Test
    void whoTakesHalfOfThePlacesLeavesTheLastQuarterToOthers() {
        BodyReader eight = new BodyReader(
                new BodyLimits(8, LIMITS.wholeTime(), LIMITS.leastRate()), BodyMemory.ofHeap(), clock::get);
        Runnable other = () -> assertThat(eight.read(by("bob", () -> {}), 100, new EventCount(false), bytes -> {}))
                .hasSize(10);
        Runnable full = () -> {
            assertRefused(429, () -> eight.read(by("ann", () -> {}), 100, new EventCount(false), bytes -> {}));
            other.run();
        };
        Runnable nested = full;
        for (int i = 0; i < 6; i++) {
            Runnable within = nested;
            nested = () -> assertThat(eight.read(by("ann", within), 100, new EventCount(false), bytes -> {}))
                    .hasSize(10);
        }

        nested.run();

        nested.run(); // All places have been given back.
    }

    /** A short body of somebody, during which something else happens. */
    private HttpServletRequest by(String name, Runnable meanwhile) {
        MockHttpServletRequest request = (MockHttpServletRequest) slow(1, 10, Duration.ZERO, once(meanwhile));
        request.setUserPrincipal(() -> name);
        return request;
    }

    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    @Test
    void whatHasComeOfAllBodiesIsBounded() {
        int block = 16 * 1024;
        BodyReader two = new BodyReader(LIMITS, new BodyMemory(2 * block), clock::get);
        HttpServletRequest large = slow(30, 1_600, Duration.ZERO);
        assertThat(two.read(large, 100_000, new EventCount(false), more -> {}))
                .as("one block is free")
                .hasSize(48_000);

        HttpServletRequest another = slow(20, 1_600, Duration.ZERO);
        assertRefused(503, () -> two.read(another, 100_000, new EventCount(false), more -> {}));
        two.forget(another);
        assertThat(two.read(slow(10, 1_600, Duration.ZERO), 100_000, new EventCount(false), more -> {}))
                .as("a small one is read all the same")
                .hasSize(16_000);

        two.forget(large);
        two.forget(large);
        assertThat(two.read(slow(30, 1_600, Duration.ZERO), 100_000, new EventCount(false), more -> {}))
                .hasSize(48_000);
        assertRefused(503, () -> two.read(slow(20, 1_600, Duration.ZERO), 100_000, new EventCount(false), more -> {}));
    }

    @Test
    void aBodyIsWhatHasCome() {
        byte[] content = new byte[50_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setContent(content);
        assertThat(bodies.read(request, 50_000, new EventCount(false), more -> {}))
                .isEqualTo(content);
    }

    @Test
    void whatIsNotWantedIsReadWithinTheSameLimits() {
        bodies.skip(slow(1_000, 1_000, Duration.ZERO), 10_000);
        assertRefused(408, () -> bodies.skip(slow(1_000, 1, Duration.ofSeconds(1)), 1_000));
    }
}
