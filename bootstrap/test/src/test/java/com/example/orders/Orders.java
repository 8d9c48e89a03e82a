package com.example.orders;

import dev.jobstream.application.publishing.AfterCommitPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Orders {

    private final JdbcClient database;
    private final AfterCommitPublisher events;
    private final ApplicationEventPublisher application;

    Orders(JdbcClient database, AfterCommitPublisher events, ApplicationEventPublisher application) {
        this.database = database;
        this.events = events;
        this.application = application;
    }

    // tag::afterCommit[]
    @Transactional
    public void place(String id) {
        events.publish(new JobId(id), NewEvent.of("job.started", "{\"order\":\"" + id + "\"}"));
        database.sql("insert into orders values (?)").param(id).update();
    }
    // end::afterCommit[]

    // tag::outboxPublish[]
    /** What is told to the application is kept in the database, in the same transaction. */
    record OrderShipped(String id) {}

    @Transactional
    public void ship(String id) {
        database.sql("delete from orders where id = ?").param(id).update();
        application.publishEvent(new OrderShipped(id));
    }
    // end::outboxPublish[]

    int count() {
        return database.sql("select count(*) from orders").query(Integer.class).single();
    }
}
