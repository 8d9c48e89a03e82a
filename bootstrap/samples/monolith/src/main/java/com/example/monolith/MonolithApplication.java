package com.example.monolith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application that was there before Jobstream: on Tomcat, below a context path, with pages behind a login, an API behind
 * tokens, a cache and messages in Valkey, STOMP, and threads of its own. What it has to say for Jobstream is in
 * {@link JobEventsConfiguration}, what it publishes in {@link Jobs}, and the page that shows it is {@code static/job.html}.
 */
@SpringBootApplication
public class MonolithApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(MonolithApplication.class, arguments);
    }
}
