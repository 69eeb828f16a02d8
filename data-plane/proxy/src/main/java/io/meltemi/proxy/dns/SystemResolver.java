package io.meltemi.proxy.dns;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery.Family;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Asks the system, which tells no TTL. Thread-safe: without state.
public record SystemResolver() implements Resolver {
    /// What glibc says when it could not ask, instead of having heard that there is nothing.
    private static final String TEMPORARY = "Temporary failure";

    @Override
    public Answer resolve(String host, Family family) throws UnknownHostException {
        try {
            return new Answer(AddressFamilies.of(InetAddress.getAllByName(host), family), 0);
        } catch (UnknownHostException e) {
            if (String.valueOf(e.getMessage()).contains(TEMPORARY)) {
                throw e;
            }
            return Answer.NOTHING;
        }
    }
}
