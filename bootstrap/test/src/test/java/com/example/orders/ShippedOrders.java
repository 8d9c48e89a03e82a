package com.example.orders;

import com.example.orders.Orders.OrderShipped;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.List;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Component;

// tag::outboxListen[]
@Component
class ShippedOrders {

    private final EventPublisher events;

    ShippedOrders(EventPublisher events) {
        this.events = events;
    }

    /** May be called again, for instance after a restart: the key has the event published once. */
    @ApplicationModuleListener
    void on(OrderShipped order) {
        events.publish(
                new JobId(order.id()),
                List.of(NewEvent.of("job.completed", "{\"shipped\":true}")),
                new IdempotencyKey("shipped"));
    }
}
// end::outboxListen[]
