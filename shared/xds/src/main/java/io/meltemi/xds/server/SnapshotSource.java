package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.function.Consumer;

/// Who knows what each proxy should have; Pilot is one. Thread-safe.
public interface SnapshotSource {
    /// Follows one proxy's snapshot until the watch is closed.
    ///
    /// @param onSnapshot called from any thread, never concurrently for one watch; the latest wins
    /// @throws RefusedException when this peer may not have what its node claims
    Watch watch(XdsPeer peer, Consumer<XdsSnapshot> onSnapshot) throws RefusedException;

    /// Ends with its stream.
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /// The stream ends with PERMISSION_DENIED and this message.
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        public RefusedException(String message) {
            super(message);
        }
    }
}
