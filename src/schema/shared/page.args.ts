import { ArgsType, Field, Int } from "type-graphql";
import { CursorScalar } from "./scalars";

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      "How many from the start of the list: 1 to 100. Without `first` and `last` a page has 20.",
  })
  first?: number;

  @Field(() => String, { nullable: true, description: "Only those behind this place." })
  after?: string;

  @Field(() => Int, { nullable: true, description: "How many from the end of the list: 1 to 100." })
  last?: number;

  @Field(() => String, { nullable: true, description: "Only those before this place." })
  before?: string;
}

@ArgsType()
export class ForwardPageArgs {
  @Field(() => Int, { nullable: true, description: "How many: 1 to 100; 20 when left out." })
  first?: number;

  @Field(() => String, { nullable: true, description: "Only those behind this place." })
  after?: string;
}

@ArgsType()
export class EventPageArgs {
  @Field(() => Int, { nullable: true, description: "How many: 1 to 100; 20 when left out." })
  first?: number;

  @Field(() => CursorScalar, {
    nullable: true,
    description: "Only those after this place in the log.",
  })
  after?: string;
}
