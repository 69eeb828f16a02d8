package io.meltemi.model.service;

/// Where an endpoint stands, from coarse to fine. Immutable; absent parts are empty.
public record Locality(String region, String zone, String subZone) {
    public static final Locality NONE = new Locality("", "", "");

    /// Reads `region/zone/subzone`; missing parts stay empty.
    public static Locality parse(String text) {
        String[] parts = text.split("/", 3);
        return new Locality(
                parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
    }

    @Override
    public String toString() {
        return subZone.isEmpty()
                ? zone.isEmpty() ? region : region + "/" + zone
                : region + "/" + zone + "/" + subZone;
    }
}
