package io.meltemi.proxy.observe.stats;

/// A statistic that is a text. Thread-safe.
public final class TextReadout implements Series {
    private final String name;
    private final TaggedName tagged;
    private volatile String value = "";

    TextReadout(String name, TaggedName tagged) {
        this.name = name;
        this.tagged = tagged;
    }

    public void set(String text) {
        value = text;
    }

    public String value() {
        return value;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TaggedName tagged() {
        return tagged;
    }

    @Override
    public boolean isUsed() {
        return !value.isEmpty();
    }
}
