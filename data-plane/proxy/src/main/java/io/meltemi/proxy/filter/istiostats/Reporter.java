package io.meltemi.proxy.filter.istiostats;

/// On which side of a request the proxy stands.
enum Reporter {
    /// The caller's: an outbound listener.
    SOURCE("source"),
    /// That of who is called: an inbound listener.
    DESTINATION("destination");

    private final String label;

    Reporter(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
