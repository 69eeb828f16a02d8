package io.meltemi.proxy.dns;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery.Family;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// Finds the addresses of names. Thread-safe; equal resolvers ask the same servers in the same way.
public interface Resolver {
    /// What is known of a name. Immutable.
    ///
    /// @param addresses none where the name has none
    /// @param ttlSeconds how long that may be believed; 0 where nobody says
    record Answer(List<InetAddress> addresses, long ttlSeconds) {
        public static final Answer NOTHING = new Answer(List.of(), 0);

        public Answer {
            addresses = List.copyOf(addresses);
        }
    }

    /// Waits for the answer: never on an event loop.
    ///
    /// @throws IOException when nobody answered, or answered that it cannot tell
    Answer resolve(String host, Family family) throws IOException;
}
