package io.meltemi.kubernetes;

import io.meltemi.galley.store.Publication;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.snapshot.ConfigSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What Galley published last, and waiting for what it will. Thread-safe.
final class Publications implements Consumer<Publication> {
    private static final long WAIT_SECONDS = 60;

    /// Guarded by this.
    private Optional<Publication> last = Optional.empty();

    @Override
    public synchronized void accept(Publication publication) {
        last = Optional.of(publication);
        notifyAll();
    }

    synchronized void await(Predicate<Publication> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (last.filter(wanted).isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not published in time; the last: " + last);
            }
            wait(left);
        }
    }

    /// Waits for these virtual services, each with the timeout of its first route.
    void await(List<String> timeouts) throws InterruptedException {
        await(publication -> timeouts(publication.inForce()).equals(timeouts));
    }

    static List<String> timeouts(ConfigSnapshot config) {
        return config.all(VirtualService.class).stream()
                .map(v -> v.metadata().name() + " " + v.http().getFirst().timeout().orElseThrow())
                .toList();
    }
}
