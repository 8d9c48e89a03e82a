package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamWorkersTest {

    @Test
    void asManyTasksRunAtATimeAsThereAreThreadsAndNoMore() throws Exception {
        try (StreamWorkers workers = StreamWorkers.reading(2)) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch bothRun = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                workers.execute(() -> {
                    bothRun.countDown();
                    awaitQuietly(release);
                });
            }
            assertThat(bothRun.await(10, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> third = new CompletableFuture<>();
            workers.execute(() -> third.complete(null));
            assertThat(third).isNotDone();

            release.countDown();
            third.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void threadsKeepNobodyFromLeaving() throws Exception {
        try (StreamWorkers workers = StreamWorkers.writing()) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            workers.execute(() -> thread.complete(Thread.currentThread()));
            Thread worker = thread.get(10, TimeUnit.SECONDS);

            assertThat(worker.isDaemon()).isTrue();
            assertThat(worker.getName()).startsWith("jobstream-worker-");
            assertThat(worker.getContextClassLoader()).isSameAs(StreamWorkers.class.getClassLoader());
        }
    }

    @Test
    void theyEndWithTheirPool() throws Exception {
        StreamWorkers workers = StreamWorkers.reading(1);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        workers.execute(() -> thread.complete(Thread.currentThread()));
        Thread worker = thread.get(10, TimeUnit.SECONDS);

        workers.close();

        await().until(() -> !worker.isAlive());
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> workers.execute(() -> {}));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
