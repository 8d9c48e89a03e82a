package dev.jobstream.bootstrap.standalone;

class MemoryStreamingTest extends StreamingTest {

    @Override
    RunningServer start() {
        return RunningServer.start("jobstream.transport=memory");
    }
}
