package dev.jobstream.bootstrap;

class MemoryStreamingTest extends StreamingTest {

    @Override
    RunningServer start() {
        return RunningServer.start("jobstream.transport=memory");
    }
}
