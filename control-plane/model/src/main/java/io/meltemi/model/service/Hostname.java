package io.meltemi.model.service;

/// The full name of a service, e.g. `invoice.shop.svc.cluster.local`. Immutable.
public record Hostname(String value) implements Comparable<Hostname> {
    public Hostname {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("host name is empty");
        }
    }

    @Override
    public int compareTo(Hostname other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
