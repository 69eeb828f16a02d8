/// What a proxy would do with a request, told and not done: the decisions of traffic with a log of
/// why.
@NullMarked
package io.meltemi.proxy.explain;

import org.jspecify.annotations.NullMarked;
