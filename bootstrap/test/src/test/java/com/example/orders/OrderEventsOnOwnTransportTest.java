package com.example.orders;

import com.example.transport.SortedMapTransport;
import dev.jobstream.domain.JournalLimits;
import java.time.InstantSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** The same tests, on a transport that the application brings. */
class OrderEventsOnOwnTransportTest extends OrderEventsTest {

    // tag::ownTransport[]
    @TestConfiguration(proxyBeanMethods = false)
    static class OwnTransport {

        /** It is both: the {@code EventSource} and the {@code EventPublisher}. */
        @Bean
        SortedMapTransport transport() {
            return new SortedMapTransport(JournalLimits.DEFAULT, InstantSource.system());
        }
    }
    // end::ownTransport[]
}
