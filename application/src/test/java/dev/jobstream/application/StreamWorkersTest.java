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

    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void tasksThatAreStuckDoNotKeepOthersWaiting() throws Exception {
        try (StreamWorkers workers = StreamWorkers.elastic(64)) {
            stuck(workers, 50);

            assertRuns(workers);
            release.countDown();
        }
    }

    @Test
    void theCapIsACap() throws Exception {
        try (StreamWorkers workers = StreamWorkers.elastic(2)) {
            CountDownLatch bothRun = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                workers.execute(() -> {
                    bothRun.countDown();
                    awaitRelease();
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
    void threadsAreVirtualWhereTheyCannotBePinned() throws Exception {
        try (StreamWorkers workers = StreamWorkers.create(64)) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            workers.execute(() -> thread.complete(Thread.currentThread()));

            boolean virtual =
                    thread.get(10, TimeUnit.SECONDS).getClass().getName().contains("Virtual");
            assertThat(virtual).isEqualTo(Runtime.version().feature() >= 24);
        }
    }

    @Test
    void whicheverTheyAreStuckTasksDoNotKeepOthersWaiting() throws Exception {
        try (StreamWorkers workers = StreamWorkers.create(64)) {
            stuck(workers, 50);

            assertRuns(workers);
            release.countDown();
        }
    }

    @Test
    void whatIsClosedTakesNoMoreTasksFinishesThoseItHasAndLeavesNoThread() throws Exception {
        StreamWorkers workers = StreamWorkers.elastic(2);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        workers.execute(() -> {
            thread.complete(Thread.currentThread());
            awaitRelease();
        });
        Thread worker = thread.get(10, TimeUnit.SECONDS);

        workers.close();

        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> workers.execute(() -> {}));
        assertThat(worker.isAlive()).isTrue();
        release.countDown();
        await().until(() -> !worker.isAlive());
    }

    @Test
    void theThreadsOfAnElasticPoolKeepNeitherTheProgramNorItsHostAlive() throws Exception {
        Thread me = Thread.currentThread();
        ClassLoader before = me.getContextClassLoader();
        me.setContextClassLoader(new ClassLoader(before) {});
        try (StreamWorkers workers = StreamWorkers.elastic(2)) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            workers.execute(() -> thread.complete(Thread.currentThread()));
            Thread worker = thread.get(10, TimeUnit.SECONDS);

            assertThat(worker.isDaemon()).isTrue();
            assertThat(worker.getName()).startsWith("jobstream-worker-");
            assertThat(worker.getContextClassLoader()).isSameAs(StreamWorkers.class.getClassLoader());
        } finally {
            me.setContextClassLoader(before);
        }
    }

    private void stuck(StreamWorkers workers, int count) {
        for (int i = 0; i < count; i++) {
            workers.execute(this::awaitRelease);
        }
    }

    private void awaitRelease() {
        try {
            release.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertRuns(StreamWorkers workers) throws Exception {
        CompletableFuture<Void> other = new CompletableFuture<>();
        workers.execute(() -> other.complete(null));
        other.get(10, TimeUnit.SECONDS);
    }
}
