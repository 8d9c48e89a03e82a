package dev.jobstream.host;

class MemoryHostTest extends HostTest {

    @Override
    String[] transport() {
        return new String[] {"jobstream.transport=memory"};
    }
}
