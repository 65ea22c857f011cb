//! cosim for Python: `cosim/__init__.py` is the package, and this is what it calls.

mod run;
mod scenario;
mod sweep;
mod watched;

use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(
    cosim,
    CosimError,
    PyValueError,
    "What is wrong with a scenario, or with what is wanted of it."
);

#[pymodule]
fn _cosim(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("CosimError", module.py().get_type::<CosimError>())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<scenario::Scenario>()?;
    module.add_function(wrap_pyfunction!(run::run, module)?)?;
    module.add_function(wrap_pyfunction!(sweep::size, module)?)?;
    module.add_function(wrap_pyfunction!(sweep::sweep, module)?)?;
    module.add_function(wrap_pyfunction!(sweep::shard, module)?)?;
    module.add_function(wrap_pyfunction!(sweep::merge, module)?)?;
    Ok(())
}
