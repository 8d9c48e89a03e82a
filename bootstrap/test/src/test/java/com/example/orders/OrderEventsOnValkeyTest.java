package com.example.orders;

import dev.jobstream.tools.ValkeyServer;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** The same tests; one property makes the difference. The others say where the server is. */
// tag::onValkey[]
@TestPropertySource(properties = "jobstream.transport=valkey")
class OrderEventsOnValkeyTest extends OrderEventsTest {

    @DynamicPropertySource
    static void valkey(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.host", ValkeyServer.shared()::host);
        properties.add("spring.data.redis.port", ValkeyServer.shared()::port);
    }
}
// end::onValkey[]
