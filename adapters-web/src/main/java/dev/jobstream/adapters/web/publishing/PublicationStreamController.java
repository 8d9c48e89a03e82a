package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.AnswersProblems;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.refusals.Problems;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.PublicationStream;
import dev.jobstream.application.PublicationStreams;
import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.domain.JobId;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;

/** Publishing a job's events over HTTP as they come, for as long as the job runs. The answer comes when the body has ended. */
@RestController
@AnswersProblems
public final class PublicationStreamController {

    private static final String STEP_ID = "stepId";
    private static final int LONGEST_STEP_ID = 256;

    /** Of an event's data: the JSON of {@link TextCutter#CHUNK_BYTES} of most output takes less. */
    private static final int OUTPUT_DATA_BYTES = 128 * 1024;

    /** The answer may come as late as the body ends. */
    private static final long NO_TIMEOUT = 0;

    private final PublicationStreams streams;
    private final BodyMemory memory;
    private final PublisherThreads threads;
    private final SilentPublishers silence;
    private final int mostData;

    /**
     * @param memory what bodies may take; shared with {@link PublishController}
     * @param threads read and append
     * @param silence lets publishers pause
     * @param mostData the most bytes that an event's data may have
     */
    public PublicationStreamController(
            PublicationStreams streams,
            BodyMemory memory,
            PublisherThreads threads,
            SilentPublishers silence,
            int mostData) {
        this.streams = streams;
        this.memory = memory;
        this.threads = threads;
        this.silence = silence;
        this.mostData = Math.min(mostData, OUTPUT_DATA_BYTES);
    }

    @PostMapping(JobPaths.STREAM)
    DeferredResult<ResponseEntity<byte[]>> publish(
            @PathVariable(JobPaths.JOB_ID) String jobId, HttpServletRequest request) throws IOException {
        JobId job = StreamRequests.job(jobId);
        CompletableFuture<StreamedBody> body = new CompletableFuture<>();
        PublicationStream stream = streams.open(request.getUserPrincipal(), job, reason -> end(body, reason));
        try {
            DeferredResult<ResponseEntity<byte[]>> answer = new DeferredResult<>(NO_TIMEOUT);
            EventCutter cutter = cutter(request);
            Runnable patient = silence.allow(request);
            StreamedBody reading =
                    new StreamedBody(stream, request.getInputStream(), cutter, memory.share(), threads, reason -> {
                        patient.run();
                        answer(answer, stream, reason);
                    });
            beginOnceAsynchronous(request, reading, stream);
            body.complete(reading);
            return answer;
        } catch (RuntimeException | IOException | Error e) {
            stream.close();
            throw e;
        }
    }

    /** It may have to end before it has begun. */
    private static void end(CompletableFuture<StreamedBody> body, StreamRefusedException reason) {
        var unused = body.thenAccept(reading -> reading.end(reason));
    }

    private static void beginOnceAsynchronous(HttpServletRequest request, StreamedBody body, PublicationStream stream) {
        WebAsyncUtils.getAsyncManager(request)
                .registerDeferredResultInterceptor(StreamedBody.class, new DeferredResultProcessingInterceptor() {
                    @Override
                    public <T> void preProcess(NativeWebRequest unused, DeferredResult<T> result) {
                        body.begin();
                    }

                    @Override
                    public <T> void afterCompletion(NativeWebRequest unused, DeferredResult<T> result) {
                        stream.close();
                    }
                });
    }

    private EventCutter cutter(HttpServletRequest request) {
        if (request.getHeader(PublishController.IDEMPOTENCY_KEY) != null) {
            throw Problem.badRequest("a stream takes no " + PublishController.IDEMPOTENCY_KEY);
        }
        MediaType type = Publication.type(request, MediaType.APPLICATION_NDJSON, MediaType.TEXT_PLAIN);
        String stepId = request.getParameter(STEP_ID);
        if (type.equals(MediaType.APPLICATION_NDJSON)) {
            if (stepId != null) {
                throw Problem.badRequest("stepId goes with text/plain; here each event says its own");
            }
            return new LineCutter();
        }
        if (stepId == null || stepId.isEmpty() || stepId.length() > LONGEST_STEP_ID) {
            throw Problem.badRequest("text/plain needs ?stepId=, of 1 to " + LONGEST_STEP_ID + " characters");
        }
        return new TextCutter(stepId, mostData);
    }

    private static void answer(
            DeferredResult<ResponseEntity<byte[]>> answer,
            PublicationStream stream,
            @Nullable RuntimeException reason) {
        Object lastId = stream.lastId() == null ? null : stream.lastId().toString();
        if (reason == null) {
            String id = lastId == null ? "null" : "\"" + lastId + "\"";
            byte[] json = ("{\"appended\":" + stream.appended() + ",\"lastId\":" + id + "}")
                    .getBytes(StandardCharsets.US_ASCII);
            answer.setResult(ResponseEntity.ok()
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(json));
        } else {
            answer.setErrorResult(withHowFar(reason, stream.appended(), lastId));
        }
    }

    /** A defect stays what it is: the host answers it. */
    private static RuntimeException withHowFar(RuntimeException reason, long appended, @Nullable Object lastId) {
        Problem problem;
        try {
            problem = Problems.of(reason);
        } catch (IllegalArgumentException defect) {
            return reason;
        }
        problem.getBody().setProperty("appended", appended);
        problem.getBody().setProperty("lastId", lastId);
        return problem.with(HttpHeaders.CONNECTION, "close");
    }
}
