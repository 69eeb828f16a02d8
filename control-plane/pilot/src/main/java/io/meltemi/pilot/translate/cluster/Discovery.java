package io.meltemi.pilot.translate.cluster;

import io.meltemi.pilot.translate.endpoint.EndpointInput;
import java.util.OptionalInt;

/// How a cluster finds where calls go. Immutable.
public sealed interface Discovery {
    /// The endpoints are sent beside it (EDS).
    record Sent() implements Discovery {}

    /// To the address that was called.
    ///
    /// @param port absent: the one that was called
    record CalledAddress(OptionalInt port) implements Discovery {}

    /// By DNS, all addresses of all names at once.
    ///
    /// @param names in the place of addresses; at least one
    record AllOfDns(EndpointInput names) implements Discovery {}

    /// By DNS, the first address for each new connection.
    ///
    /// @param name in the place of an address; just one
    record FirstOfDns(EndpointInput name) implements Discovery {}
}
