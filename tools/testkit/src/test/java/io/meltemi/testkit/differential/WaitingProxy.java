package io.meltemi.testkit.differential;

import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// A proxy whose end waits for a collector's spans, and a while for spans that should not be.
///
/// @param received how many have come
/// @param spans how many are to come
/// @param about what to say when they do not
/// @param last what is looked at when they have
record WaitingProxy(
        ProxyUnderTest proxy,
        IntSupplier received,
        int spans,
        Supplier<String> about,
        LastLook last)
        implements ProxyUnderTest {
    private static final long QUIET_MILLIS = 300;

    @Override
    public AdminClient admin() {
        return proxy.admin();
    }

    @Override
    public String log() {
        return proxy.log();
    }

    @Override
    public void close() throws IOException {
        try {
            Deadline.await(
                    spans + " spans",
                    Duration.ofSeconds(8),
                    () -> received.getAsInt() >= spans,
                    () -> about.get() + "\n" + proxy.log());
            Deadline.pause(QUIET_MILLIS);
            last.at(proxy.admin());
        } finally {
            proxy.close();
        }
    }

    /// At a proxy that is about to end.
    @FunctionalInterface
    interface LastLook {
        void at(AdminClient admin) throws IOException;
    }
}
