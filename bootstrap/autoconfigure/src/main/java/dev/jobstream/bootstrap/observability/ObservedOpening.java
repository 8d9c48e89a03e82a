package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.requests.StreamObserver;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.StreamRefusedException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Observes each opening of a stream as {@code jobstream.open}: from the request to the grant or the refusal, and not for as long
 * as the stream is open. Its tags are {@code transport}, {@code format} and {@code outcome}: {@code opened}, {@code finished}
 * where there is nothing left to send, the reason of a refusal, {@code malformed} or {@code failed}.
 */
final class ObservedOpening implements StreamObserver {

    private static final String NAME = "jobstream.open";

    private final ObservationRegistry registry;
    private final String transport;

    ObservedOpening(ObservationRegistry registry, String transport) {
        this.registry = registry;
        this.transport = transport;
    }

    @Override
    public EventStream open(HttpServletRequest request, String format, Supplier<EventStream> opening) {
        Observation observation = Observation.createNotStarted(NAME, () -> context(request), registry)
                .lowCardinalityKeyValue("transport", transport)
                .lowCardinalityKeyValue("format", format)
                .start();
        Observation.Scope scope = observation.openScope();
        String outcome = "failed";
        try {
            EventStream stream = opening.get();
            outcome = stream.isFinished() ? "finished" : "opened";
            return stream;
        } catch (StreamRefusedException e) {
            outcome = e.refusal().name().toLowerCase(Locale.ROOT);
            throw e;
        } catch (Problem e) {
            outcome = "malformed";
            throw e;
        } catch (RuntimeException | Error e) {
            observation.error(e);
            throw e;
        } finally {
            scope.close();
            observation.lowCardinalityKeyValue("outcome", outcome).stop();
        }
    }

    /** Goes on with the trace that the request's headers name, unless somebody does already: it would last as long as the stream. */
    private Observation.Context context(HttpServletRequest request) {
        if (isReceived()) {
            return new Observation.Context();
        }
        ReceiverContext<HttpServletRequest> context = new ReceiverContext<>(HttpServletRequest::getHeader, Kind.SERVER);
        context.setCarrier(request);
        return context;
    }

    /** Whether what is observed at the moment is part of something that came from elsewhere. */
    private boolean isReceived() {
        ObservationView each = registry.getCurrentObservation();
        while (each != null && !(each.getContextView() instanceof ReceiverContext<?>)) {
            each = each.getContextView().getParentObservation();
        }
        return each != null;
    }
}
