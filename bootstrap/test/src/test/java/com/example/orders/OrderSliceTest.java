package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.AutoConfigureJobstream;
import dev.jobstream.test.MockMvcStream;
import dev.jobstream.test.SseEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;

/** The web layer alone: no database, no server, and the memory transport whatever the properties say. */
// tag::slice[]
@WebMvcTest
@AutoConfigureJobstream
@Import(OrderAccess.class)
class OrderSliceTest {

    @Autowired
    private MockMvc mvc;

    @Autowired
    private EventPublisher publisher;

    @Test
    void aStreamIsWrittenToTheMockResponse() throws Exception {
        MockMvcStream stream = MockMvcStream.of(mvc.perform(get("/runner-jobs/order-1/events/stream"))
                .andExpect(status().isOk())
                .andExpect(request().asyncStarted())
                .andReturn());
        assertThat(stream.events()).isEmpty();

        publisher.publish(new JobId("order-1"), NewEvent.of("step.output", "{\"n\":1}"));
        publisher.publish(new JobId("order-1"), NewEvent.of("job.completed", "{}"));

        List<SseEvent> events = stream.awaitEvents(2);
        assertThat(events).extracting(SseEvent::type).containsExactly("step.output", "job.completed");
    }

    @Test
    void theApplicationsRuleIsAsked() throws Exception {
        mvc.perform(get("/runner-jobs/secret-1/events/stream")).andExpect(status().isNotFound());
    }
    // end::slice[]

    @Test
    void whatIsPublishedOverHttpIsOnTheNextPage() throws Exception {
        mvc.perform(post("/runner-jobs/order-2/events")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"event\":\"step.output\",\"data\":{\"n\":1}}"))
                .andExpect(status().isCreated());

        mvc.perform(get("/runner-jobs/order-2/events"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$[0].event").value("step.output"));
    }
}
