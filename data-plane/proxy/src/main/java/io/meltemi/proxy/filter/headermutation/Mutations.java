package io.meltemi.proxy.filter.headermutation;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.decide.rewrite.QueryParameters;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.util.List;

/// What one level changes, each kind in the order in which it is written. Immutable.
record Mutations(HeaderMutations request, List<QueryMutation> query, HeaderMutations response) {
    Mutations {
        query = List.copyOf(query);
    }

    void request(RequestFacts facts) {
        HeaderMap headers = facts.requestHeaders();
        request.apply(headers, facts, null);
        String path = query.isEmpty() ? null : headers.get(HeaderNames.PATH);
        if (path == null) {
            return;
        }
        QueryParameters parameters = QueryParameters.of(path);
        for (int i = 0; i < query.size(); i++) {
            query.get(i).apply(parameters, facts);
        }
        headers.set(HeaderNames.PATH, parameters.inPlaceOf(path));
    }
}
