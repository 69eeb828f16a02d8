package io.meltemi.proxy.runtime;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The runtime layers of a bootstrap, the last one on top. Thread-safe: a change publishes a new
/// map of the values in force.
public final class RuntimeLayers implements RuntimeKeys {
    private final List<String> names = new ArrayList<>();

    /// By layer and key. Guarded by this.
    private final List<Map<String, RuntimeValue>> layers = new ArrayList<>();

    /// Which layer a resource of RTDS fills. Written by the constructor alone.
    private final Map<String, Integer> discovered = new LinkedHashMap<>();

    /// Which layer the admin endpoint writes to; -1 for none.
    private int adminLayer = -1;

    private volatile Map<String, RuntimeValue> inForce = Map.of();

    /// Refuses what is wrong by its path under `at`.
    public RuntimeLayers(LayeredRuntime config, ConfigPlace at) {
        for (int i = 0; i < config.getLayersCount(); i++) {
            add(config.getLayers(i), at.element("layers", i));
        }
        merge();
    }

    private void add(RuntimeLayer layer, ConfigPlace at) {
        Map<String, RuntimeValue> values = new LinkedHashMap<>();
        switch (layer.getLayerSpecifierCase()) {
            case STATIC_LAYER -> read("", layer.getStaticLayer(), values, at.field("static_layer"));
            case ADMIN_LAYER -> {
                if (adminLayer >= 0) {
                    at.field("admin_layer").refuse("is the second one; there can be one");
                }
                adminLayer = layers.size();
            }
            case RTDS_LAYER -> {
                String resource = layer.getRtdsLayer().getName();
                if (discovered.putIfAbsent(resource, layers.size()) != null) {
                    at.field("rtds_layer").field("name").refuse("'" + resource + "' is used twice");
                }
            }
            case DISK_LAYER -> {
                // The check of fields has named it.
            }
            case LAYERSPECIFIER_NOT_SET ->
                    at.refuse("has neither static_layer, admin_layer nor rtds_layer");
        }
        if (layer.getName().isEmpty() || names.contains(layer.getName())) {
            at.field("name").refuse("'" + layer.getName() + "' is empty or used twice");
        }
        names.add(layer.getName());
        layers.add(values);
    }

    private static void read(
            String prefix, Struct struct, Map<String, RuntimeValue> into, ConfigPlace at) {
        struct.getFieldsMap()
                .forEach((name, value) -> {
                    String key = prefix + name;
                    if (value.getKindCase() == Value.KindCase.STRUCT_VALUE
                            && !RuntimeValue.isShare(value.getStructValue())) {
                        read(key + ".", value.getStructValue(), into, at);
                        return;
                    }
                    try {
                        into.put(key, RuntimeValue.of(value));
                    } catch (IllegalArgumentException e) {
                        at.field(key).refuse(String.valueOf(e.getMessage()));
                    }
                });
    }

    private synchronized void merge() {
        Map<String, RuntimeValue> all = new LinkedHashMap<>();
        layers.forEach(all::putAll);
        inForce = Map.copyOf(all);
    }

    public synchronized boolean hasAdminLayer() {
        return adminLayer >= 0;
    }

    /// Overrides values in the admin layer; an empty text takes an override back.
    public void modify(Map<String, String> values) {
        synchronized (this) {
            if (adminLayer < 0) {
                throw new IllegalStateException("there is no admin layer");
            }
            Map<String, RuntimeValue> own = layers.get(adminLayer);
            values.forEach((key, text) -> {
                if (text.isEmpty()) {
                    own.remove(key);
                } else {
                    own.put(key, RuntimeValue.text(text));
                }
            });
        }
        merge();
    }

    /// Fills a layer anew with what RTDS brought.
    ///
    /// @param resource the resource's name; one that no layer asks for does nothing
    /// @throws ConfigRefusedException when a value is none; the layer then stays as it was
    public void fill(String resource, Struct values) throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        Map<String, RuntimeValue> read = new LinkedHashMap<>();
        read("", values, read, root.field("layer"));
        root.throwIfRefused("runtime '" + resource + "'");
        Integer layer = discovered.get(resource);
        if (layer == null) {
            return;
        }
        synchronized (this) {
            layers.set(layer, read);
        }
        merge();
    }

    /// Layers from the bottom to the top.
    public List<String> names() {
        return List.copyOf(names);
    }

    /// Every key with its value in each layer, empty where a layer has none.
    public synchronized Map<String, List<String>> entries() {
        TreeSet<String> keys = new TreeSet<>();
        layers.forEach(layer -> keys.addAll(layer.keySet()));
        Map<String, List<String>> entries = new TreeMap<>();
        for (String key : keys) {
            List<String> values = new ArrayList<>();
            for (Map<String, RuntimeValue> layer : layers) {
                RuntimeValue value = layer.get(key);
                values.add(value == null ? "" : value.text());
            }
            entries.put(key, values);
        }
        return entries;
    }

    @Override
    public long number(String key, long usual) {
        RuntimeValue value = inForce.get(key);
        return value == null || value.number() == null ? usual : value.number().longValue();
    }

    /// Envoy reads only `true` and `false` as a flag.
    @Override
    public boolean flag(String key, boolean usual) {
        RuntimeValue value = inForce.get(key);
        if (value == null) {
            return usual;
        }
        return switch (value.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> usual;
        };
    }

    @Override
    public boolean draws(String key, long numerator, int denominator, long randomNumber) {
        RuntimeValue value = inForce.get(key);
        RuntimeValue.@Nullable Share share = value == null ? null : value.fraction();
        return share == null
                ? RuntimeKeys.NONE.draws(key, numerator, denominator, randomNumber)
                : RuntimeKeys.NONE.draws(key, share.numerator(), share.denominator(), randomNumber);
    }
}
