/// What is changed in a request or response before it goes on.
@NullMarked
package io.meltemi.proxy.decide.rewrite;

import org.jspecify.annotations.NullMarked;
