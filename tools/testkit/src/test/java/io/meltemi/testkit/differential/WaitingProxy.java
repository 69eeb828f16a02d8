package io.meltemi.testkit.differential;

import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// A proxy whose end waits for what a collector is to get, and a while for what it is not to get.
///
/// @param received how many have come
/// @param about what to say when they do not
/// @param last what is looked at when they have
record WaitingProxy(
        ProxyUnderTest proxy,
        IntSupplier received,
        Wanted wanted,
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
                    wanted.count() + " " + wanted.what(),
                    wanted.within(),
                    () -> received.getAsInt() >= wanted.count(),
                    () -> about.get() + "\n" + proxy.log());
            Deadline.pause(QUIET_MILLIS);
            last.at(proxy.admin());
        } finally {
            proxy.close();
        }
    }

    /// What is to come, and how soon. Immutable.
    record Wanted(int count, String what, Duration within) {
        static Wanted spans(int count) {
            return new Wanted(count, "spans", Duration.ofSeconds(8));
        }
    }

    /// At a proxy that is about to end.
    @FunctionalInterface
    interface LastLook {
        void at(AdminClient admin) throws IOException;
    }
}
