//! Unification: places where values lie, and the shapes that flow between them.

use crate::lang::ast::ObjectKind;

/// Something that holds a value: a variable, an expression, the elements of a list.
pub type Place = usize;

/// What the values of a place are, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Nothing says so yet.
    Free,
    Bool,
    Int,
    Float,
    Duration,
    Text,
    Failure,
    Group,
    /// The name of a `scope` block.
    Scope,
    /// An object without values of its own: not a channel, not a future.
    Object(ObjectKind),
    List(Place),
    Task(Place),
    Future(Place),
    Channel(Place),
    Results(Place),
    /// What `settle` lists: a value, a failure or a cancellation.
    Outcome(Place),
}

/// The places of a program. Those that have to be of one shape share it; `none` is no shape but a
/// property of places, and flows in one direction only.
#[derive(Debug, Default)]
pub struct Shapes {
    /// Another place of the same shape, or itself.
    same: Vec<Place>,
    shapes: Vec<Shape>,
    nullable: Vec<bool>,
    flows: Vec<(Place, Place)>,
}

impl Shapes {
    pub fn fresh(&mut self, shape: Shape) -> Place {
        self.same.push(self.same.len());
        self.shapes.push(shape);
        self.nullable.push(false);
        self.same.len() - 1
    }

    pub fn none(&mut self) -> Place {
        let place = self.fresh(Shape::Free);
        self.nullable[place] = true;
        place
    }

    pub fn make_nullable(&mut self, place: Place) {
        self.nullable[place] = true;
    }

    fn root(&mut self, mut place: Place) -> Place {
        while self.same[place] != place {
            self.same[place] = self.same[self.same[place]];
            place = self.same[place];
        }
        place
    }

    pub fn shape(&mut self, place: Place) -> Shape {
        let root = self.root(place);
        self.shapes[root]
    }

    /// May a value of this place be `none`?
    pub fn is_nullable(&self, place: Place) -> bool {
        self.nullable[place]
    }

    /// The values of `from` come to lie in `into`; the two shapes if they do not agree.
    pub fn flow(&mut self, from: Place, into: Place) -> Result<(), (Shape, Shape)> {
        self.flows.push((from, into));
        self.unify(from, into)
    }

    /// Makes the shapes one, with all that is inside them.
    pub fn unify(&mut self, left: Place, right: Place) -> Result<(), (Shape, Shape)> {
        let mut todo = vec![(left, right)];
        while let Some((left, right)) = todo.pop() {
            let (a, b) = (self.root(left), self.root(right));
            if a == b {
                continue;
            }
            let (x, y) = (self.shapes[a], self.shapes[b]);
            if y == Shape::Free && !self.contains(a, b) {
                self.same[b] = a;
                continue;
            }
            if x == Shape::Free && !self.contains(b, a) {
                self.same[a] = b;
                continue;
            }
            if !alike(x, y) {
                return Err((x, y));
            }
            self.same[b] = a;
            if let (Some(inner), Some(other)) = (inside(x), inside(y)) {
                self.flows.extend([(inner, other), (other, inner)]);
                todo.push((inner, other));
            }
        }
        Ok(())
    }

    /// Is `part` a part of `whole`? A list of itself has no type.
    fn contains(&mut self, whole: Place, part: Place) -> bool {
        let mut at = whole;
        while let Some(inner) = inside(self.shape(at)) {
            at = self.root(inner);
            if at == part {
                return true;
            }
        }
        false
    }

    /// Lets `none` flow everywhere it goes.
    pub fn settle(&mut self) {
        let mut next: Vec<Vec<Place>> = vec![Vec::new(); self.same.len()];
        for &(from, into) in &self.flows {
            next[from].push(into);
        }
        let mut todo: Vec<Place> = (0..self.same.len()).filter(|&place| self.nullable[place]).collect();
        while let Some(place) = todo.pop() {
            for &into in &next[place] {
                if !self.nullable[into] {
                    self.nullable[into] = true;
                    todo.push(into);
                }
            }
        }
    }
}

fn alike(left: Shape, right: Shape) -> bool {
    match (inside(left), inside(right)) {
        (Some(_), Some(_)) => std::mem::discriminant(&left) == std::mem::discriminant(&right),
        (None, None) => left == right,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The place of what is inside a shape.
pub fn inside(shape: Shape) -> Option<Place> {
    match shape {
        Shape::List(inner)
        | Shape::Task(inner)
        | Shape::Future(inner)
        | Shape::Channel(inner)
        | Shape::Results(inner)
        | Shape::Outcome(inner) => Some(inner),
        Shape::Free
        | Shape::Bool
        | Shape::Int
        | Shape::Float
        | Shape::Duration
        | Shape::Text
        | Shape::Failure
        | Shape::Group
        | Shape::Scope
        | Shape::Object(_) => None,
    }
}
