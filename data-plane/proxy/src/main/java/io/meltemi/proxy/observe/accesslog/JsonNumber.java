package io.meltemi.proxy.observe.accesslog;

/// Writes a double as JSON. Immutable.
final class JsonNumber {
    private JsonNumber() {}

    /// Whole numbers without a point; what JSON cannot say is null.
    static String text(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }
}
