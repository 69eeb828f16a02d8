package io.meltemi.pilot.translate.name;

import io.meltemi.pilot.translate.name.NameInput.Name;
import io.meltemi.xds.proto.nds.NameTable;
import io.meltemi.xds.proto.nds.NameTable.NameInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The services as a table of names for the agent's DNS. Thread-safe: pure.
///
/// Every form under which a service is called stands in the table itself, so that the agent only
/// has to look up.
public final class NameTranslation {
    /// The one table's resource name; Istio's has none, which delta xDS cannot ask for.
    public static final String RESOURCE = "names";

    private NameTranslation() {}

    public static NameTable translate(NameInput input) {
        SortedMap<String, NameInfo> table = new TreeMap<>();
        // Full names first: a short form never hides the full name of another service.
        for (Name name : input.names()) {
            table.putIfAbsent(name.host(), entry(name));
        }
        for (Name name : input.names()) {
            forms(name, input).forEach(form -> table.putIfAbsent(form, entry(name)));
        }
        NameTable.Builder out = NameTable.newBuilder();
        table.forEach(out::putTable);
        return out.build();
    }

    private static List<String> forms(Name name, NameInput input) {
        String local = name.name() + "." + name.namespace();
        if (!name.inMesh() || !name.host().equals(local + "." + input.domainSuffix())) {
            return List.of();
        }
        List<String> forms = new ArrayList<>();
        int dot = input.domainSuffix().indexOf('.');
        if (dot > 0) {
            forms.add(local + "." + input.domainSuffix().substring(0, dot));
        }
        forms.add(local);
        if (name.namespace().equals(input.namespace())) {
            forms.add(name.name());
        }
        return forms;
    }

    private static NameInfo entry(Name name) {
        NameInfo.Builder info =
                NameInfo.newBuilder()
                        .addAllIps(name.addresses())
                        .setRegistry(name.inMesh() ? "Meltemi" : "External");
        if (name.inMesh()) {
            info.setShortname(name.name()).setNamespace(name.namespace());
        }
        return info.build();
    }
}
