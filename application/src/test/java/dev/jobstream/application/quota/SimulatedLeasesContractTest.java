package dev.jobstream.application.quota;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.SimulatedLeases;
import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.test.domain.QuotaLeasesContract;
import java.time.Duration;

/** So that what is tested with them is tested with what there is. */
class SimulatedLeasesContractTest extends QuotaLeasesContract {

    private final ManualClock clock = new ManualClock();
    private final SimulatedLeases leases = new SimulatedLeases(clock);

    @Override
    protected QuotaLeases node(Duration life) {
        return leases.node(life);
    }

    @Override
    protected void letPass(Duration time) {
        clock.advance(time);
    }
}
