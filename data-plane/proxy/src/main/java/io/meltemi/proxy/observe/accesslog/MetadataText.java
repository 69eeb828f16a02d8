package io.meltemi.proxy.observe.accesslog;

/// Values of metadata outside of log lines. Immutable.
public final class MetadataText {
    private MetadataText() {}

    /// A value as text: strings bare, all else as JSON, keys sorted.
    ///
    /// @param value of any of the kinds that metadata holds
    public static String of(Object value) {
        return MetadataValue.text(value);
    }
}
