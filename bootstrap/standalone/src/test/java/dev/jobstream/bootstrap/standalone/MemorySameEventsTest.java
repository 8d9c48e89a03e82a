package dev.jobstream.bootstrap.standalone;

import dev.jobstream.bootstrap.autoconfigure.MemoryTransport;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;

class MemorySameEventsTest extends SameEventsTest {

    @Override
    RunningServer start() {
        return RunningServer.start("jobstream.transport=memory");
    }

    @Override
    void publishLiveOnly(RunningServer server, String job, String type, String json) {
        server.bean(MemoryTransport.class).journals().publishLiveOnly(new JobId(job), NewEvent.of(type, json));
    }
}
